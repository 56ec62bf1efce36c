#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

// Columns, read as what the schema says that they hold. SQLite converts whatever stands there, and makes 0 of what is
// damaged: a number that nobody logged would count in silence.
namespace crossfade::storage::sqlite {

[[noreturn]] inline void throw_damaged(const std::string& what) {
  // With SQLite's own code for it: error_of makes the same of both.
  constexpr int corrupt = 11;
  throw SQLite::Exception(what, corrupt);
}

inline std::int64_t integer_at(const SQLite::Column& column) {
  if (!column.isInteger()) throw_damaged(std::string("column ") + column.getName() + " holds no integer");
  return column.getInt64();
}

inline double real_at(const SQLite::Column& column) {
  if (!column.isFloat()) throw_damaged(std::string("column ") + column.getName() + " holds no number");
  return column.getDouble();
}

inline std::optional<double> optional_real_at(const SQLite::Column& column) {
  return column.isNull() ? std::nullopt : std::optional(real_at(column));
}

// As UnitTable has it: NaN where nothing stands.
inline double real_or_nan_at(const SQLite::Column& column) {
  return column.isNull() ? std::numeric_limits<double>::quiet_NaN() : real_at(column);
}

// "" where nothing stands; as long as the statement does not step on.
inline std::string_view text_or_empty(const SQLite::Column& column) {
  if (column.isNull()) return {};
  if (!column.isText()) throw_damaged(std::string("column ") + column.getName() + " holds no text");
  return {column.getText(), static_cast<std::size_t>(column.getBytes())};
}

// The ids of a scan in their order. A page that stands in the tree twice, or in the wrong place, breaks it: rows would
// count twice.
class Ascending {
 public:
  std::int64_t next(const SQLite::Column& column) {
    const std::int64_t id = integer_at(column);
    if (id <= last_) throw_damaged("the rows are not in the order of their ids");
    last_ = id;
    return id;
  }

 private:
  std::int64_t last_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace crossfade::storage::sqlite
