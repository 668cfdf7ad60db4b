// Memory at the same addresses in every run, so that what a port keeps in its vectors can be compared between runs.
#pragma once

#include <cstddef>
#include <span>

namespace kickbench::interleave {

/// While one exists, operator new takes from a fixed place. There is one at a time; the next begins at the start again,
/// so nothing of the last one may be in use.
class Arena {
 public:
  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// What was taken under the latest arena.
  static std::span<const std::byte> taken();
};

}  // namespace kickbench::interleave
