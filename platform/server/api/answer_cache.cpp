#include "platform/server/api/answer_cache.h"

#include <algorithm>
#include <utility>

#include "platform/server/http/etag.h"

namespace crossfade::server {

std::shared_ptr<const Answer> AnswerCache::get(const std::string& key, const std::function<Answer()>& compute) {
  const std::uint64_t wanted = revision_();
  if (auto answer = find(key, wanted)) return answer;
  const MutexLock lock(computing_);
  if (auto answer = find(key, wanted)) return answer;  // somebody has computed it meanwhile
  if (stopped_) throw Ending();
  const std::uint64_t revision = revision_();  // before the computation reads anything
  auto answer = std::make_shared<Answer>(compute());
  answer->etag = etag_of(answer->content_type + '\n' + answer->file_name + '\n' + answer->body);
  keep(key, revision, answer);
  return answer;
}

std::shared_ptr<const Answer> AnswerCache::find(const std::string& key, std::uint64_t wanted) {
  const MutexLock lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end() || found->second.revision < wanted) return nullptr;
  found->second.used = ++uses_;
  return found->second.answer;
}

void AnswerCache::keep(const std::string& key, std::uint64_t revision, std::shared_ptr<const Answer> answer) {
  const MutexLock lock(mutex_);
  entries_[key] = {.revision = revision, .used = ++uses_, .answer = std::move(answer)};
  if (entries_.size() <= kMostAnswers) return;
  entries_.erase(std::ranges::min_element(entries_, {}, [](const auto& entry) { return entry.second.used; }));
}

}  // namespace crossfade::server
