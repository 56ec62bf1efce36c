#include "platform/stats/regression/lin_regression.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

#include "platform/stats/means/contrast.h"
#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/all_finite.h"

namespace crossfade::stats {

namespace {

using Rows = std::span<const std::vector<double>>;

// Residuals, and what is left of a coefficient that cannot be estimated, are 0 below this share of what they were
// computed from.
constexpr double kNothing = 1e-10;

bool are_rows(Rows rows, std::size_t columns) {
  return columns > 0 && std::ranges::all_of(rows, [&](const std::vector<double>& row) {
           return row.size() == columns && all_finite(row);
         });
}

// Where a column lies, over all units: an offset, and different units of measurement, cost a fit no digits.
struct Column {
  double mean = 0;
  double sd = 0;  // 0 where the column does not vary but by rounding
};

std::vector<Column> columns_of(Rows control, Rows treatment) {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < control.front().size(); ++i) {
    Moments all;
    for (const Rows& rows : {control, treatment}) {
      for (const std::vector<double>& row : rows) all.add(row[i]);
    }
    const double sd = std::sqrt(all.variance());
    columns.push_back({.mean = all.mean(), .sd = sd > 1e-15 * std::abs(all.mean()) ? sd : 0});
  }
  return columns;
}

struct Fit {
  double mean = 0;      // of the outcome at the covariates' means over all units, from the outcome's over all units
  double variance = 0;  // of that
  double dof = 0;
  std::vector<double> slopes = {};
};

// None where the mean cannot be estimated, or its error.
std::optional<Fit> fit(Rows rows, const std::vector<Column>& columns, RobustVariance robust) {
  const auto n = static_cast<Eigen::Index>(rows.size());
  const auto k = static_cast<Eigen::Index>(columns.size());
  if (n <= k) return std::nullopt;
  Eigen::VectorXd outcome(n);
  Eigen::MatrixXd design = Eigen::MatrixXd::Zero(n, k);  // its first column is the mean's
  for (Eigen::Index i = 0; i < n; ++i) {
    const std::vector<double>& row = rows[static_cast<std::size_t>(i)];
    outcome[i] = row[0] - columns[0].mean;
    design(i, 0) = 1;
    for (std::size_t j = 1; j < columns.size(); ++j) {
      if (columns[j].sd > 0) design(i, static_cast<Eigen::Index>(j)) = (row[j] - columns[j].mean) / columns[j].sd;
    }
  }
  // The singular values of the design are those of the triangle of its QR decomposition: nothing is larger than the
  // design itself, however many units there are. Columns of `basis` are orthonormal, as many as the design has rank.
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(design);
  const Eigen::MatrixXd triangle = qr.matrixQR().topRows(k).triangularView<Eigen::Upper>();
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(triangle, Eigen::ComputeFullU | Eigen::ComputeFullV);
  const Eigen::Index rank = svd.rank();
  const Eigen::MatrixXd thin = qr.householderQ() * Eigen::MatrixXd::Identity(n, k);
  const Eigen::MatrixXd basis = thin * svd.matrixU().leftCols(rank);
  const Eigen::MatrixXd to_coefficients =
      svd.matrixV().leftCols(rank) * svd.singularValues().head(rank).cwiseInverse().asDiagonal();
  const Eigen::VectorXd weights = basis * to_coefficients.row(0).transpose();  // of the units, in the mean
  if ((design.transpose() * weights - Eigen::VectorXd::Unit(k, 0)).norm() > kNothing) return std::nullopt;

  const Eigen::VectorXd coefficients = to_coefficients * (basis.transpose() * outcome);
  Eigen::VectorXd residuals = outcome - design * coefficients;
  if (residuals.norm() <= kNothing * outcome.norm()) residuals.setZero();
  Fit result{.mean = coefficients[0], .dof = static_cast<double>(n - rank)};
  for (Eigen::Index i = 0; i < n; ++i) {
    const double left = 1 - basis.row(i).squaredNorm();
    if (left < kNothing) return std::nullopt;
    const double part = weights[i] * residuals[i];
    result.variance += part * part / (robust == RobustVariance::hc2 ? left : left * left);
  }
  for (std::size_t j = 1; j < columns.size(); ++j) {
    const double sd = columns[j].sd;
    result.slopes.push_back(sd > 0 ? coefficients[static_cast<Eigen::Index>(j)] / sd : 0);
  }
  return result;
}

VariantEstimate estimate_of(const Fit& fit, double origin) {
  return {.value = origin + fit.mean, .variance = fit.variance, .dof = fit.dof};
}

}  // namespace

Result<LinRegression> lin_regression(Rows control, Rows treatment, const LinRegressionOptions& options) {
  if (!valid_alpha(options.test.alpha)) return Undefined::invalid_input;
  if (control.empty() || treatment.empty()) return Undefined::insufficient_data;
  const std::size_t width = control.front().size();
  if (!are_rows(control, width) || !are_rows(treatment, width)) return Undefined::invalid_input;
  const std::vector<Column> columns = columns_of(control, treatment);
  if (!std::ranges::all_of(columns, [](const Column& column) { return std::isfinite(column.sd); }))
    return Undefined::invalid_input;
  const auto c = fit(control, columns, options.variance);
  const auto t = fit(treatment, columns, options.variance);
  if (!c || !t) return Undefined::insufficient_data;
  const double variance = c->variance + t->variance;
  if (variance == 0) return Undefined::zero_variance;
  const double control_share = c->variance / variance;
  const double treatment_share = t->variance / variance;
  const double dof = 1 / (control_share * control_share / c->dof + treatment_share * treatment_share / t->dof);
  const double estimate = t->mean - c->mean;
  const double standard_error = std::sqrt(variance);
  const Result<TTest> test = t_test(estimate, standard_error, dof, 0, options.test);
  if (!test) return test.reason();
  return LinRegression{.estimate = estimate,
                       .standard_error = standard_error,
                       .dof = dof,
                       .statistic = test->statistic,
                       .p_value = test->p_value,
                       .interval = test->interval,
                       .control = estimate_of(*c, columns[0].mean),
                       .treatment = estimate_of(*t, columns[0].mean),
                       .control_slopes = c->slopes,
                       .treatment_slopes = t->slopes};
}

}  // namespace crossfade::stats
