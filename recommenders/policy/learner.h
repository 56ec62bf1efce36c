#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "platform/core/mutex.h"
#include "recommenders/policy/learned_sums.h"
#include "recommenders/registry.h"

namespace crossfade::recommenders {

// The option "state" of types that learn.
Option state_option();

// What a recommender learns as it serves: sums to which any number of threads add, and a snapshot of type Model, made
// of the sums when it is told to advance, by which it decides until the next one. So what it answers between two
// advances is a function of the requests, in whatever order they come and are learned from. Thread-safe.
template <class Model>
class Learner {
 public:
  using Make = std::function<std::shared_ptr<const Model>(std::span<const std::int64_t> sums)>;

  // Goes on from the state's file, where the options name one and it is there. `of_what` says what the `count` sums are
  // of. Throws Error where the spec does not say that it updates, and what read_state throws.
  Learner(const Ingredients& of, std::vector<std::string> of_what, std::size_t count, Make make);

  void add(std::size_t place, double value) { sums_.add(place, value); }

  // Takes a lock, to copy a pointer.
  std::shared_ptr<const Model> model() const CROSSFADE_EXCLUDES(mutex_) {
    const MutexLock lock{mutex_};
    return model_;
  }

  // From now on what was added counts; saved and told on stderr. Where nothing was added since, nothing happens. Throws
  // Error when the state cannot be saved: it counts nevertheless.
  void advance() CROSSFADE_EXCLUDES(mutex_);

 private:
  std::string name_;  // of the recommender
  std::string type_;
  std::vector<std::string> of_what_;
  std::optional<std::filesystem::path> file_;
  Make make_;
  LearnedSums sums_;
  mutable Mutex mutex_;
  LearnedState state_ CROSSFADE_GUARDED_BY(mutex_);  // that the model was made of
  std::shared_ptr<const Model> model_ CROSSFADE_GUARDED_BY(mutex_);
};

// Where the state of these options is kept; nothing where they name no file. Throws Error where it may not be there, or
// the spec does not say `updates: true`.
std::optional<std::filesystem::path> state_file(const Ingredients& of);
// Says which state of a recommender counts from now on.
void tell_of_state(const std::string& recommender, const LearnedState& state);

template <class Model>
Learner<Model>::Learner(const Ingredients& of, std::vector<std::string> of_what, std::size_t count, Make make)
    : name_(of.spec.name),
      type_(of.spec.type),
      of_what_(std::move(of_what)),
      file_(state_file(of)),
      make_(std::move(make)),
      sums_(count) {
  const MutexLock lock{mutex_};
  state_.sums.assign(count, 0);
  if (file_) {
    if (auto saved = read_state(*file_, type_, of_what_, count)) state_ = std::move(*saved);
  }
  sums_.set(state_.sums);
  model_ = make_(state_.sums);
}

template <class Model>
void Learner<Model>::advance() {
  const MutexLock lock{mutex_};
  std::vector<std::int64_t> sums = sums_.values();
  if (sums == state_.sums) return;
  state_ = {.version = state_.version + 1, .sums = std::move(sums)};
  model_ = make_(state_.sums);
  tell_of_state(name_, state_);
  if (file_) write_state(*file_, type_, of_what_, state_);
}

}  // namespace crossfade::recommenders
