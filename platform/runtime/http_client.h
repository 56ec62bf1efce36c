#pragma once

#include <memory>
#include <string>

#include "platform/core/ids.h"

namespace crossfade::runtime {

// Speaks the course's HTTP interface to a running server, ours or the original, over one connection that is kept alive.
// For one thread at a time: an instance each.
class HttpClient {
 public:
  struct Options {
    // A server that accepts no connection within this time counts as one that cannot be reached.
    int connect_timeout_s = 5;

    // For the whole answer, once the request is sent; after it the request has failed, though it may have been logged.
    int answer_timeout_s = 30;
  };

  // "http://127.0.0.1:8080", also https; "http://" may be left out and a "/" may follow. Connects with the first
  // request. Throws Error (user) for what is no such URL.
  explicit HttpClient(const std::string& url);
  HttpClient(const std::string& url, Options options);
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  // `fraction` (0..1) of `track` was heard: the track that plays next. `user` is a decimal number.
  // Throws Error (internal), with URL and reason, when the server cannot be reached or answers with an error. A request
  // that failed is not sent again: it may have been logged.
  TrackId next(const UnitId& user, TrackId track, double fraction);
  // `fraction` of `track` was heard, and the session ends.
  void last(const UnitId& user, TrackId track, double fraction);
  // Does the server answer at all? Throws Error (internal) with the reason if it does not.
  void ping();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossfade::runtime
