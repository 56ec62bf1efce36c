#include "platform/server/api/page_routes.h"

#include <httplib.h>
#include <zlib.h>

#include <array>
#include <string>

#include "platform/core/error.h"
#include "platform/server/http/etag.h"

namespace crossfade::server {
namespace {

constexpr int kGzip = 16 + MAX_WBITS;  // of zlib's window bits

constexpr const char* kAskAgain = "no-cache";                                 // each time; 304 while it is the same
constexpr const char* kNeverChanges = "public, max-age=31536000, immutable";  // a hash of the content is in the name

// The page needs nothing but its own files: whatever else a text in a report might bring along does not run.
constexpr const char* kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src "
    "'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string inflated(std::string_view gzip) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzip) != Z_OK) throw Error::internal("cannot unpack a file of the page");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));  // zlib's interface predates const
  stream.avail_in = static_cast<uInt>(gzip.size());
  std::string plain;
  std::array<char, 16384> buffer;
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = buffer.size();
    status = inflate(&stream, Z_NO_FLUSH);
    plain.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END) throw Error::internal("a file of the page is damaged");
  return plain;
}

}  // namespace

void PageRoutes::send(const web::Asset& asset, const httplib::Request& request, httplib::Response& response) const {
  const bool compressed = request.has_header("Accept-Encoding");  // see admission.h
  const std::string etag = compressed ? std::string(asset.etag) : plain_tag(asset.etag);
  response.set_header("ETag", etag);
  response.set_header("Vary", "Accept-Encoding");
  response.set_header("Cache-Control", never_changes(asset) ? kNeverChanges : kAskAgain);
  response.set_header("Content-Security-Policy", kContentSecurityPolicy);
  response.set_header("Referrer-Policy", "no-referrer");
  if (lists(request.get_header_value("If-None-Match"), etag)) {
    response.status = 304;
    return;
  }
  response.status = 200;
  const std::string type(asset.content_type);
  if (!compressed) {
    response.set_content(inflated(asset.gzip), type);
    return;
  }
  response.set_header("Content-Encoding", "gzip");
  // By a provider: httplib would compress a body of its own once more.
  response.set_content_provider(
      asset.gzip.size(), type, [content = asset.gzip](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        return sink.write(content.data() + offset, length);
      });
}

}  // namespace crossfade::server
