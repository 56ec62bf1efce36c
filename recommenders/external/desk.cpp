#include "recommenders/external/desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "platform/core/error.h"
#include "recommenders/external/question.h"

namespace crossfade::recommenders::external {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::size_t kLogLines = 10;  // about one recommender, in ten seconds

// A listener waits no longer for a process that has just been started; it may take longer, while others are answered by
// the fallback.
constexpr seconds kStartWait{10};
// Whoever has not answered anything for so long is replaced: behind its start, and later.
constexpr seconds kLongestStart{60};
constexpr seconds kLongestSilence{10};
// After which those who wait look whether the program ends.
constexpr milliseconds kLook{250};
// As good as never: to be looked at once more.
constexpr seconds kAWhile{60};

}  // namespace

Desk::Desk(Options options, Transports& transports, const Connect& connect)
    : options_(std::move(options)),
      transports_(transports),
      strict_(transports.strict()),
      figures_(transports.figures(options_.recommender)),
      log_(fmt::format("recommender \"{}\": ", options_.recommender), kLogLines,
           [&transports](const std::string& line) { transports.log(line); }),
      starting_(options_.starts) {
  // Its thread may tell of it before it is known here; nobody can have sent anything by then.
  auto transport = connect(transports, *this);
  const MutexLock lock(mutex_);
  transport_ = std::move(transport);
}

Desk::~Desk() {
  transport_.reset();  // nothing is told any more from here on
}

std::optional<Outcome> Desk::refused(Time since, Time now) {
  if (strict_) {
    if (!broken_.empty()) throw Error::internal(broken_);
  } else {
    if (transports_.ending() || !up_) return Outcome::down;
    if (under_way_ >= options_.concurrency) return Outcome::busy;
    if (!starting_ && now >= since + options_.timeout) return Outcome::busy;  // it waited for another one of its unit
    if (!breaker_.admits(now)) return Outcome::circuit_open;
  }
  figures_.set_under_way(++under_way_);
  return std::nullopt;
}

Desk::Result Desk::ask(Time since, const std::function<std::string(std::uint64_t id)>& write) {
  std::uint64_t id = 0;
  {
    const MutexLock lock(mutex_);
    if (const auto refusal = refused(since, steady_clock::now())) {
      figures_.count(*refusal);
      return {.outcome = *refusal};
    }
    id = ++last_id_;
  }
  Waiting waiting;
  waiting.since = since;
  Result result;
  try {
    waiting.question = write(id);
  } catch (...) {
    const MutexLock lock(mutex_);
    figures_.set_under_way(--under_way_);
    breaker_.withdrawn();
    throw;
  }
  {
    const MutexLock lock(mutex_);
    // It may have ended meanwhile: who is told of it is who waits.
    if (up_ || strict_) {
      waiting_.emplace(id, &waiting);
      queue_.push_back(id);
      dispatch(steady_clock::now());
      result = wait(id, waiting);
    }
    const Time now = steady_clock::now();
    figures_.set_under_way(--under_way_);
    figures_.count(result.outcome);
    figures_.waited(now - since);
    learn(result.outcome, now);
    if (!broken_.empty() && result.outcome != Outcome::answered) throw Error::internal(broken_);
  }
  return result;
}

Desk::Result Desk::wait(std::uint64_t id, Waiting& waiting) {
  while (!waiting.result) {
    const Time now = steady_clock::now();
    const Time end = deadline(waiting, now);
    if (!strict_ && transports_.ending()) {
      finish(id, waiting, {.outcome = Outcome::down});
    } else if (now < end) {
      waiting.changed.wait_until(mutex_, std::min<Time>(end, now + kLook));
    } else {
      give_up(id, waiting, now);
    }
  }
  return *waiting.result;
}

Desk::Time Desk::deadline(const Waiting& waiting, Time now) const {
  if (!strict_) {
    if (starting_) return waiting.since + std::max<milliseconds>(options_.timeout, kStartWait);
    return std::max(waiting.since, ready_) + options_.timeout;
  }
  const auto message = messages_.find(waiting.sent);
  if (message == messages_.end()) return now + kAWhile;  // those before it are waited for
  const milliseconds patience = options_.timeout * static_cast<std::int64_t>(message->second.size);
  return std::max(message->second.at, heard_) +
         (starting_ ? std::max<milliseconds>(patience, kLongestStart) : patience);
}

void Desk::give_up(std::uint64_t id, Waiting& waiting, Time now) {
  if (strict_) {
    const std::size_t size = messages_.at(waiting.sent).size;
    return break_off(starting_ ? fmt::format("no answer within {} s after its start", kLongestStart.count())
                               : fmt::format("no answer within {} ms{}: a simulation whose result depended on the time "
                                             "that answers take could not be repeated; want it faster, or a longer "
                                             "timeout_ms",
                                             options_.timeout.count(),
                                             size == 1 ? "" : fmt::format(" for each of {} requests", size)));
  }
  const auto waited = std::chrono::duration_cast<milliseconds>(now - waiting.since);
  log_.line(fmt::format("no answer within {} ms", waited.count()));
  const bool is_sent = waiting.sent != 0;
  finish(id, waiting, {.outcome = Outcome::late});
  const seconds longest = starting_ ? kLongestStart : kLongestSilence;
  if (is_sent && owed_ && now - *owed_ > std::max<milliseconds>(longest, 2 * options_.timeout)) {
    owed_ = std::nullopt;
    transport_->replace(fmt::format("has not answered for {} s", longest.count()));
  }
}

void Desk::learn(Outcome outcome, Time now) {
  if (strict_) return;
  switch (outcome) {
    case Outcome::answered:
    case Outcome::no_answer:
      if (breaker_.state() == Breaker::State::half_open) log_.line("answers again");
      breaker_.succeeded();
      break;
    case Outcome::invalid:
    case Outcome::late:
    case Outcome::failed:
      if (breaker_.failed(now)) {
        log_.line(
            fmt::format("has failed again and again: nobody is sent there for {} ms", breaker_.open_for().count()));
      }
      break;
    case Outcome::down:
    case Outcome::circuit_open:
    case Outcome::busy:
      breaker_.withdrawn();
      break;
  }
  figures_.set_open(breaker_.state() == Breaker::State::open);
}

void Desk::dispatch(Time now) {
  while (!queue_.empty() && messages_.size() < transport_->most_messages()) {
    const std::uint64_t sent = ++last_sent_;
    std::vector<std::string> questions;
    while (!queue_.empty() && questions.size() < options_.batch) {
      Waiting& waiting = *waiting_.at(queue_.front());
      queue_.pop_front();
      waiting.sent = sent;
      questions.push_back(std::move(waiting.question));
    }
    if (!owed_) owed_ = now;
    messages_.emplace(sent, Message{.size = questions.size(), .left = questions.size(), .at = now});
    transport_->send(sent, options_.batch == 1 ? std::move(questions.front()) : batch_of(questions));
  }
}

void Desk::finish(std::uint64_t id, Waiting& waiting, const Result& result) {
  waiting_.erase(id);
  if (waiting.sent == 0) {
    std::erase(queue_, id);
  } else if (const auto message = messages_.find(waiting.sent); message != messages_.end()) {
    if (--message->second.left == 0) {
      messages_.erase(message);
      if (result.outcome == Outcome::late) transport_->abandon(waiting.sent);
    }
  }
  waiting.result = result;
  waiting.changed.notify_one();
  if (!queue_.empty() && result.outcome == Outcome::late) dispatch(steady_clock::now());
}

void Desk::fail(std::optional<std::uint64_t> sent, const std::string& why) {
  if (strict_) return break_off(why);
  log_.line(why);
  finish_all(sent, Outcome::failed);
}

void Desk::finish_all(std::optional<std::uint64_t> sent, Outcome outcome) {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, waiting] : waiting_) {
    if (!sent || waiting->sent == *sent) ids.push_back(id);
  }
  for (const std::uint64_t id : ids) finish(id, *waiting_.at(id), {.outcome = outcome});
  if (sent) {
    messages_.erase(*sent);
  } else {
    messages_.clear();
  }
}

void Desk::break_off(const std::string& why) {
  if (broken_.empty()) broken_ = fmt::format("recommender \"{}\": {}", options_.recommender, why);
  for (const auto& [id, waiting] : waiting_) {
    waiting->result = Result{.outcome = Outcome::failed};
    waiting->changed.notify_one();
  }
  waiting_.clear();
  queue_.clear();
  messages_.clear();
}

void Desk::up() {
  const MutexLock lock(mutex_);
  figures_.started();
  up_ = true;
  starting_ = true;
  owed_ = std::nullopt;
}

void Desk::down(const std::string& why) {
  const MutexLock lock(mutex_);
  up_ = false;
  fail(std::nullopt, why);
}

void Desk::over(std::uint64_t sent, const std::string& why) {
  const MutexLock lock(mutex_);
  if (!messages_.contains(sent)) return;
  fail(sent, why);
  dispatch(steady_clock::now());
}

void Desk::match(const Answer& answer) {
  const auto found = waiting_.find(answer.id);
  if (found == waiting_.end() || found->second->sent == 0) {
    // Late ones come often, from one that has been given up.
    if (answer.id > last_id_ || found != waiting_.end()) {
      log_.line(fmt::format("answers id {}, which it was not asked", answer.id));
    }
    return;
  }
  Result result;
  if (!answer.fault.empty()) {
    log_.line(answer.fault);
    result.outcome = Outcome::invalid;
  } else if (answer.track) {
    result = {.outcome = Outcome::answered, .track = *answer.track, .propensity = answer.propensity};
  } else {
    result.outcome = Outcome::no_answer;
  }
  finish(answer.id, *found->second, result);
}

std::uint64_t Desk::spoilt(std::uint64_t sent, const Answers& answers) const {
  if (sent != 0) return sent;
  for (const Answer& answer : answers.all) {
    const auto found = waiting_.find(answer.id);
    if (found != waiting_.end() && found->second->sent != 0) return found->second->sent;
  }
  if (!answers.all.empty() || messages_.empty()) return 0;
  // Most answer one line after the other.
  return std::ranges::min_element(messages_, {}, [](const auto& one) { return one.first; })->first;
}

void Desk::received(std::uint64_t sent, std::string_view message) {
  const Answers answers = read_answers(message, options_.tracks);
  const MutexLock lock(mutex_);
  const Time now = steady_clock::now();
  if (!answers.all.empty()) {
    heard_ = now;
    owed_ = std::nullopt;
    if (std::exchange(starting_, false)) {
      ready_ = now;
      for (const auto& [id, waiting] : waiting_) waiting->changed.notify_one();  // their time runs from now on
    }
  }
  const std::uint64_t lost = answers.fault.empty() ? 0 : spoilt(sent, answers);
  for (const Answer& answer : answers.all) match(answer);
  if (!answers.fault.empty()) {
    if (strict_) return break_off(answers.fault);
    log_.line(answers.fault);
    // Nothing else comes for it, so nobody waits: its time would run out, and before a first answer that takes long.
    if (lost != 0) finish_all(lost, Outcome::invalid);
  }
  if (!owed_ && !messages_.empty()) owed_ = now;
  dispatch(now);
}

}  // namespace crossfade::recommenders::external
