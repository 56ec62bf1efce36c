#include "platform/server/api/answer_cache.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "platform/server/http/etag.h"

namespace crossfade::server {

std::shared_ptr<const Answer> AnswerCache::get(const std::string& key, const std::function<Answer()>& compute) {
  const std::uint64_t wanted = revision_();
  if (auto answer = find(key, wanted)) return answer;
  if (turns_ != nullptr) turns_->require();
  claim(key);
  try {
    if (auto answer = find(key, wanted)) {  // somebody has computed it meanwhile
      release(key, std::nullopt);
      return answer;
    }
    const auto begun = std::chrono::steady_clock::now();
    const std::uint64_t revision = revision_();  // before the computation reads anything
    auto answer = std::make_shared<Answer>(compute());
    answer->etag = etag_of(answer->content_type + '\n' + answer->file_name + '\n' + answer->body);
    release(key, Entry{.revision = revision, .begun = begun, .used = 0, .answer = answer});
    return answer;
  } catch (...) {
    release(key, std::nullopt);
    throw;
  }
}

void AnswerCache::claim(const std::string& key) {
  const MutexLock lock(mutex_);
  while (!claimed_.insert(key).second) released_.wait(mutex_);
}

void AnswerCache::release(const std::string& key, std::optional<Entry> entry) {
  const MutexLock lock(mutex_);
  claimed_.erase(key);
  released_.notify_all();
  if (!entry) return;
  entry->used = ++uses_;
  entries_[key] = *std::move(entry);
  if (entries_.size() <= kMostAnswers) return;
  entries_.erase(std::ranges::min_element(entries_, {}, [](const auto& one) { return one.second.used; }));
}

std::shared_ptr<const Answer> AnswerCache::find(const std::string& key, std::uint64_t wanted) {
  const MutexLock lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  // Who has waited for his turn asked before: what has begun since then is new enough for him.
  const bool new_enough = found->second.revision >= wanted || found->second.begun >= asked_since();
  if (!new_enough) return nullptr;
  found->second.used = ++uses_;
  return found->second.answer;
}

}  // namespace crossfade::server
