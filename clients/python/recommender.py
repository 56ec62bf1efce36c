"""Makes a function a recommender that Crossfade asks: `type: process`, or `type: http`.

    from recommender import run
    run(lambda request: best_track_for(request))

The function gets a request, a dict: `unit`, `previous` (a track) and its `fraction`, `heard` (this session, oldest
first) and `history` (all sessions, newest first), lists of {"track", "fraction"}, and `candidates`, a list of
{"track", "score"}. It returns a track; or a list of tracks, best first; or a dict as docs/recommenders.md has it, such
as {"track": 42, "propensity": 0.25}; or None where it has no answer, which is the fallback's turn then.

stdout is the protocol's: what the function prints goes to stderr, and from there to Crossfade's log. An exception in
the function is no answer, and its traceback goes there, too. Standard library only.
"""

import json
import os
import signal
import sys
import traceback

__all__ = ["run", "catalogue"]


def catalogue():
    """The rows of the catalogue, a list of dicts by track. The path is in CROSSFADE_CATALOGUE, for a process."""
    import gzip

    path = os.environ["CROSSFADE_CATALOGUE"]
    with open(path, "rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rt", encoding="utf-8") if is_gzip else open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    return sorted(rows, key=lambda row: row["track"])


def run(recommend, http=None, host="127.0.0.1"):
    """Answers requests with `recommend` until there are no more: those on stdin, or with `http` those posted to that
    port, each by the function on one thread at a time."""
    if http is None:
        _run_process(recommend)
    else:
        _run_http(recommend, host, http)


def _plain(value):
    """Numbers of NumPy and the like, which json does not know."""
    for name in ("item", "tolist"):
        if hasattr(value, name):
            return getattr(value, name)()
    raise TypeError(f"{type(value).__name__} is no part of an answer")


_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False, default=_plain).encode


def _answer(recommend, request):
    """The answer to one request, as JSON."""
    identity = request["id"]
    try:
        answer = recommend(request)
        if answer is None:
            return '{"id":%d}' % identity
        if isinstance(answer, dict):
            return _encode({"id": identity, **answer})
        if hasattr(answer, "__index__"):
            return '{"id":%d,"track":%d}' % (identity, answer)
        return _encode({"id": identity, "tracks": list(answer)})
    except Exception:
        traceback.print_exc()
        return '{"id":%d}' % identity


def _answers(recommend, message):
    """The answer to a message: a request, or a batch of them."""
    requests = message.get("requests")
    if requests is None:
        return _answer(recommend, message)
    return '{"answers":[%s]}' % ",".join([_answer(recommend, request) for request in requests])


def _run_process(recommend):
    # Whoever prints by chance would break the protocol.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1 << 16, encoding="utf-8")
    sys.stdout.flush()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        for line in sys.stdin.buffer:
            out.write(_answers(recommend, json.loads(line)) + "\n")
            out.flush()
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(0)  # whoever asked has gone


def _run_http(recommend, host, port):
    import threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    one_at_a_time = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections are kept
        wbufsize = 1 << 16  # an answer leaves in one packet
        disable_nagle_algorithm = True
        timeout = 60  # of a connection that nobody uses

        def do_POST(self):
            try:
                length = int(self.headers["Content-Length"])
                message = json.loads(self.rfile.read(length))
                with one_at_a_time:
                    body = _answers(recommend, message).encode()
            except (TypeError, ValueError, KeyError, AttributeError) as error:
                self.close_connection = True
                return self.reply(400, _encode({"message": f"no request: {error!r}"}).encode())
            self.reply(200, body)

        def do_GET(self):
            self.reply(200, b'{"status":"alive"}')

        def reply(self, status, body):
            self.send_response_only(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False
        request_queue_size = 128

        def handle_error(self, request, client_address):
            if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
                traceback.print_exc()

    server = Server((host, port), Handler)
    # shutdown waits for the loop, which this thread runs.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    print(f"listening on http://{host}:{server.server_address[1]}", file=sys.stderr, flush=True)
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    server.server_close()
