#pragma once

#include <filesystem>

#include "platform/storage/sqlite/database/store_file.h"

namespace crossfade::storage::sqlite {

// Copies the store as it was last committed, before it gets another schema: to FILE.schema-N.backup beside it, with a
// number behind where that is taken, for the owner alone. The copy is whole and on the disk when this returns its name.
// Throws Error (unavailable), and leaves nothing behind, where it cannot be written. The caller keeps writers out.
std::filesystem::path keep_copy(const StoreFile& file, int schema);

}  // namespace crossfade::storage::sqlite
