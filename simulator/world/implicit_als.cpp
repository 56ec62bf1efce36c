#include "simulator/world/implicit_als.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <atomic>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <functional>
#include <thread>

#include "platform/core/random.h"

namespace crossfade::simulator {

namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// The interactions of one side's rows, one row after the other.
struct Sparse {
  struct Entry {
    Eigen::Index other;
    double weight;
  };
  std::vector<std::size_t> first;  // into entries, one more than there are rows
  std::vector<Entry> entries;
};

Sparse group(std::span<const Interaction> interactions, std::size_t rows, std::uint32_t Interaction::* row,
             std::uint32_t Interaction::* other) {
  Sparse sparse{.first = std::vector<std::size_t>(rows + 1),
                .entries = std::vector<Sparse::Entry>(interactions.size())};
  for (const Interaction& one : interactions) ++sparse.first[one.*row + 1];
  for (std::size_t i = 0; i < rows; ++i) sparse.first[i + 1] += sparse.first[i];
  std::vector<std::size_t> next(sparse.first.begin(), sparse.first.end() - 1);
  for (const Interaction& one : interactions) {
    sparse.entries[next[one.*row]++] = {static_cast<Eigen::Index>(one.*other), one.weight};
  }
  return sparse;
}

// Every row of `solved` given those of `fixed`. A row is solved by one thread alone, so the result is the same for any
// number of them.
void solve(Rows& solved, const Rows& fixed, const Sparse& sparse, const AlsOptions& options) {
  const Eigen::Index factors = fixed.cols();
  const Rows base = fixed.transpose() * fixed + options.regularisation * Rows::Identity(factors, factors);
  std::atomic<Eigen::Index> next = 0;
  const auto work = [&] {
    constexpr Eigen::Index piece = 64;
    Eigen::MatrixXd a(factors, factors);
    Eigen::VectorXd b(factors);
    for (Eigen::Index begin = 0; (begin = next.fetch_add(piece)) < solved.rows();) {
      for (Eigen::Index row = begin; row < std::min(begin + piece, solved.rows()); ++row) {
        a = base;
        b.setZero();
        const auto at = static_cast<std::size_t>(row);
        for (std::size_t i = sparse.first[at]; i < sparse.first[at + 1]; ++i) {
          const auto vector = fixed.row(sparse.entries[i].other).transpose();
          const double excess = options.alpha * sparse.entries[i].weight;
          a.selfadjointView<Eigen::Lower>().rankUpdate(vector, excess);
          b += (1 + excess) * vector;
        }
        solved.row(row) = a.selfadjointView<Eigen::Lower>().llt().solve(b).transpose();
      }
    }
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < options.threads; ++i) others.emplace_back(work);
  work();
}

}  // namespace

files::Matrix item_factors(std::span<const Interaction> interactions, std::size_t users, std::size_t items,
                           const AlsOptions& options) {
  const auto factors = static_cast<Eigen::Index>(options.factors);
  Rows of_users(static_cast<Eigen::Index>(users), factors);
  Rows of_items(static_cast<Eigen::Index>(items), factors);
  Random random{options.seed, key_of("implicit als")};
  boost::random::normal_distribution<double> normal(0, 1 / std::sqrt(static_cast<double>(options.factors)));
  for (double& x : of_items.reshaped<Eigen::RowMajor>()) x = normal(random);
  const Sparse by_user = group(interactions, users, &Interaction::user, &Interaction::item);
  const Sparse by_item = group(interactions, items, &Interaction::item, &Interaction::user);
  for (int i = 0; i < options.iterations; ++i) {
    solve(of_users, of_items, by_user, options);
    solve(of_items, of_users, by_item, options);
  }
  files::Matrix result(items, options.factors);
  for (std::size_t i = 0; i < items; ++i) {
    for (std::size_t j = 0; j < options.factors; ++j) {
      result.row(i)[j] = static_cast<float>(of_items(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)));
    }
  }
  return result;
}

}  // namespace crossfade::simulator
