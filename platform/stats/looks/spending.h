#pragma once

namespace crossfade::stats {

enum class SpendingType {
  power,           // alpha t^rho
  obrien_fleming,  // hardly anything early: 2 P(Z > z / sqrt(t)), z = upper alpha / 2 quantile
  pocock,          // nearly even: alpha ln(1 + (e - 1) t)
};

// How the error rate of a group sequential test is spent over the information fraction.
struct Spending {
  // Default: O'Brien-Fleming, whose last look is nearly that of a test without the others.
  SpendingType type = SpendingType::obrien_fleming;

  // The exponent of SpendingType::power, above 0; the larger, the less is spent early. Default: 3.
  double rho = 3;
};

// What may be spent of the one-sided rate `alpha`, 0 < alpha < 1, up to the fraction t, 0 < t <= 1; all of it at 1.
// K. K. G. Lan, D. L. DeMets: Discrete sequential boundaries for clinical trials, Biometrika 70 (1983); power: K. Kim,
// D. L. DeMets, Biometrika 74 (1987). May underflow to 0.
double spent(const Spending& spending, double alpha, double t);

}  // namespace crossfade::stats
