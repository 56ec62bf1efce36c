#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "platform/core/mutex.h"
#include "platform/server/http/turns.h"

namespace crossfade::server {

// A computed answer, as it is sent.
struct Answer {
  std::string body;
  std::string content_type = "application/json";
  std::string file_name = {};  // of a download; "": shown
  std::string etag = {};       // set by the cache: a hash of all the others
};

// Answers that depend on nothing but their key and a revision: computed once a revision, and shared by all who ask
// meanwhile. Nobody gets an answer of an earlier revision than the one that was current when he asked. Thread-safe.
class AnswerCache {
 public:
  // `revision` rises with whatever answers depend on; called from any thread. What is computed waits for its turn in
  // `turns`, which must outlive the cache; null: it is computed at once.
  explicit AnswerCache(std::function<std::uint64_t()> revision, Turns* turns = nullptr)
      : revision_(std::move(revision)), turns_(turns) {}

  // shared: the cache keeps it too. Throws what `compute` throws (a failure is not kept) and what Turns::require does.
  std::shared_ptr<const Answer> get(const std::string& key, const std::function<Answer()>& compute);

 private:
  // More are rarely looked at in turn; the oldest ones go first.
  static constexpr std::size_t kMostAnswers = 64;

  struct Entry {
    std::uint64_t revision = 0;
    TurnScope::Time begun;  // when the computation did
    std::uint64_t used = 0;
    std::shared_ptr<const Answer> answer;
  };
  std::shared_ptr<const Answer> find(const std::string& key, std::uint64_t wanted) CROSSFADE_EXCLUDES(mutex_);
  // Until nobody else computes it.
  void claim(const std::string& key) CROSSFADE_EXCLUDES(mutex_);
  // Nothing: the computation has failed.
  void release(const std::string& key, std::optional<Entry> entry) CROSSFADE_EXCLUDES(mutex_);

  const std::function<std::uint64_t()> revision_;
  Turns* const turns_;
  Mutex mutex_;
  Condition released_;
  std::set<std::string> claimed_ CROSSFADE_GUARDED_BY(mutex_);  // keys that are being computed
  std::map<std::string, Entry> entries_ CROSSFADE_GUARDED_BY(mutex_);
  std::uint64_t uses_ CROSSFADE_GUARDED_BY(mutex_) = 0;
};

}  // namespace crossfade::server
