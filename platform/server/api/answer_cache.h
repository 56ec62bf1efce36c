#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "platform/core/mutex.h"

namespace crossfade::server {

// A computed answer, as it is sent.
struct Answer {
  std::string body;
  std::string content_type = "application/json";
  std::string file_name = {};  // of a download; "": shown
  std::string etag = {};       // set by the cache: a hash of all the others
};

// The server ends before this answer's turn has come: HTTP 503.
struct Ending : std::runtime_error {
  Ending() : std::runtime_error("the server ends") {}
};

// Answers that depend on nothing but their key and a revision: computed once a revision, one at a time (they compete
// for the same disk and processors), and shared by all who ask meanwhile. Nobody gets an answer of an earlier revision
// than the one that was current when he asked. Thread-safe.
class AnswerCache {
 public:
  // `revision` rises with whatever answers depend on; called from any thread.
  explicit AnswerCache(std::function<std::uint64_t()> revision) : revision_(std::move(revision)) {}

  // shared: the cache keeps it too. Throws what `compute` throws, and Ending; a failure is not kept.
  std::shared_ptr<const Answer> get(const std::string& key, const std::function<Answer()>& compute);
  // From now on nothing is computed any more: who waits for another's computation gets Ending when that is done.
  void stop() { stopped_ = true; }

 private:
  // More are rarely looked at in turn; the oldest ones go first.
  static constexpr std::size_t kMostAnswers = 64;

  struct Entry {
    std::uint64_t revision = 0;
    std::uint64_t used = 0;
    std::shared_ptr<const Answer> answer;
  };
  std::shared_ptr<const Answer> find(const std::string& key, std::uint64_t wanted) CROSSFADE_EXCLUDES(mutex_);
  void keep(const std::string& key, std::uint64_t revision, std::shared_ptr<const Answer> answer)
      CROSSFADE_EXCLUDES(mutex_);

  const std::function<std::uint64_t()> revision_;
  std::atomic<bool> stopped_ = false;
  Mutex computing_ CROSSFADE_ACQUIRED_BEFORE(mutex_);  // held during a computation
  Mutex mutex_;
  std::map<std::string, Entry> entries_ CROSSFADE_GUARDED_BY(mutex_);
  std::uint64_t uses_ CROSSFADE_GUARDED_BY(mutex_) = 0;
};

}  // namespace crossfade::server
