#include "platform/service/client_log.h"

#include <algorithm>
#include <utility>

namespace crossfade::service {

namespace {

// Keeps the rows that are marked.
template <typename Row>
void keep(std::vector<Row>& rows, const std::vector<bool>& kept) {
  if (rows.empty()) return;
  std::size_t next = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!kept[i]) continue;
    if (next != i) rows[next] = std::move(rows[i]);
    ++next;
  }
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(next), rows.end());
}

}  // namespace

ClientLog::ClientLog(const storage::EventStore& store, storage::EventWriter& writer, std::size_t most_ids)
    : writer_(writer), most_ids_(most_ids) {
  LoggedIds known;
  Timestamp latest;
  store.visit_ids({}, [&](const LoggedId& id) {
    known.add(id);
    latest = std::max(latest, id.at);
  });
  known.forget(latest);
  known_ = std::move(known);
  refusals_ = writer_.refusals();
}

void ClientLog::settle() {
  const Ticket done = writer_.done();
  if (const std::uint64_t refusals = writer_.refusals(); refusals != refusals_) {
    for (Undurable& one : undurable_) {
      if (!writer_.is_refused(one.ticket)) continue;
      for (const LoggedId& id : one.ids) known_.remove(id);
      one.ids.clear();
    }
    refusals_ = refusals;
  }
  while (!undurable_.empty() && undurable_.front().ticket <= done) undurable_.pop_front();
}

std::optional<Taken> ClientLog::begin(ClientRows&& rows, storage::EventWriter::Urgency urgency) {
  const MutexLock lock{mutex_};
  settle();
  known_.forget(rows.at);
  const auto with_id =
      static_cast<std::size_t>(std::ranges::count_if(rows.ids, [](const auto& id) { return id.has_value(); }));
  Undurable fresh;
  std::vector<bool> kept(rows.ids.size(), true);
  fresh.ids.reserve(with_id);
  for (std::size_t i = 0; i < rows.ids.size(); ++i) {
    if (!rows.ids[i]) continue;
    kept[i] = known_.add(*rows.ids[i]);
    if (kept[i]) fresh.ids.push_back(*rows.ids[i]);
  }
  if (!fresh.ids.empty() && known_.size() > most_ids_) {
    for (const LoggedId& id : fresh.ids) known_.remove(id);
    return std::nullopt;
  }
  keep(rows.exposures, kept);
  keep(rows.events, kept);
  keep(rows.sessions, kept);
  const auto accepted = static_cast<std::size_t>(std::ranges::count(kept, true));
  Taken taken{.accepted = accepted, .repeated = kept.size() - accepted};
  EventBatch batch{.sessions = std::move(rows.sessions),
                   .exposures = std::move(rows.exposures),
                   .events = std::move(rows.events),
                   .ids = fresh.ids};
  try {
    // Also where nothing is left: what came under these ids earlier is durable when this ticket is.
    taken.ticket = writer_.submit(std::move(batch), urgency, refusals_);
  } catch (...) {
    for (const LoggedId& id : fresh.ids) known_.remove(id);
    throw;
  }
  fresh.ticket = taken.ticket;
  if (writer_.heals() && !fresh.ids.empty()) undurable_.push_back(std::move(fresh));
  return taken;
}

}  // namespace crossfade::service
