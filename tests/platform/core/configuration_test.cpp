#include "platform/core/configuration.h"

#include <catch2/catch.hpp>

using crossfade::control_of;
using crossfade::Experiment;
using crossfade::HashAlgorithm;
using crossfade::Status;

TEST_CASE("experiment: the control is the variant marked so, wherever it stands", "[core]") {
  Experiment experiment;
  experiment.variants.resize(2);
  experiment.variants[0].key = "treatment";
  experiment.variants[1].key = "control";
  experiment.variants[1].control = true;
  CHECK(control_of(experiment).key == "control");
}

// They stand in files and stores.
TEST_CASE("configuration: names of statuses and hashes stay what they are", "[core]") {
  CHECK(to_string(Status::draft) == "draft");
  CHECK(to_string(Status::running) == "running");
  CHECK(to_string(Status::stopped) == "stopped");
  CHECK(to_string(HashAlgorithm::fnv1a_v2) == "fnv1a-v2");
  CHECK(to_string(HashAlgorithm::murmur3_mod) == "murmur3-mod");
  CHECK(to_string(HashAlgorithm::fnv1a_v1) == "fnv1a-v1");
}
