// The memory of x86 as two threads see it: x86-TSO (Owens, Sarkar, Sewell 2009). A store waits in its thread's own
// buffer, first in, first out, until it drains into memory; its own thread sees it at once, the other one only then.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>

namespace kickbench::interleave {

enum class Side : std::uint8_t { producer, consumer };
constexpr std::size_t index_of(Side side) { return static_cast<std::size_t>(side); }

/// A line of the sources.
struct Site {
  const char* file = "";
  int line = 0;
  friend bool operator==(const Site& a, const Site& b) {
    return a.line == b.line && std::string_view(a.file) == b.file;
  }
};

/// Spreads 64 bits over 64 bits (the finaliser of MurmurHash3): what states are told apart by.
constexpr std::uint64_t mix(std::uint64_t seed, std::uint64_t value) {
  std::uint64_t bits = (seed ^ value) + 0x9e3779b97f4a7c15U;
  bits = (bits ^ (bits >> 33)) * 0xff51afd7ed558ccdU;
  bits = (bits ^ (bits >> 33)) * 0xc4ceb9fe1a85ec53U;
  return bits ^ (bits >> 33);
}

class TsoMemory {
 public:
  struct Store {
    void* address;
    std::size_t size_bytes;  ///< 1, 2, 4 or 8; naturally aligned
    std::uint64_t value;
    Site site;
  };

  std::uint64_t load(Side side, const void* address, std::size_t size_bytes) const;
  void store(Side side, const Store& store) { buffers_[index_of(side)].push_back(store); }

  std::size_t waiting_count(Side side) const { return buffers_[index_of(side)].size(); }
  /// Same fingerprint: same stores wait, in the same order.
  std::uint64_t waiting_fingerprint(Side side) const;
  /// The oldest waiting store becomes visible to both.
  Store drain(Side side);
  /// A store that nobody can see late: before the threads start.
  void write(const Store& store);

  /// Same fingerprint: same contents.
  std::uint64_t fingerprint() const { return fingerprint_; }
  /// Empties the buffers and takes all writes back.
  void reset();

 private:
  struct Overwritten {
    void* address;
    std::size_t size_bytes;
    std::uint64_t value;
  };

  std::array<std::deque<Store>, 2> buffers_;
  static constexpr std::size_t write_count_max = 4096;

  std::array<Overwritten, write_count_max> undo_{};  // allocates nothing while an Arena exists
  std::size_t undo_count_ = 0;
  std::uint64_t fingerprint_ = 0;
};

}  // namespace kickbench::interleave
