// A peer that writes while the half under test reads: the word that was just loaded is another one from then on.
#pragma once

#include <cstdint>

namespace kickbench::fuzz {

class Race {
 public:
  /// After `loads` more loads, the word loaded last is changed by `change`.
  void start(std::uint32_t loads, std::uint16_t change) noexcept {
    loads_left_ = loads + 1;
    change_ = change;
  }
  void stop() noexcept {
    loads_left_ = 0;
    happened_ = false;
  }
  /// Since stop(), or the last time it was asked.
  bool happened() noexcept {
    const bool happened = happened_;
    happened_ = false;
    return happened;
  }

  /// To be called after each load with the word that it read.
  template <class T>
  void after_load(T& word, T seen) noexcept {
    if (loads_left_ == 0 || --loads_left_ > 0) [[likely]]
      return;
    // The change may be meant for the upper half of a word: an address, a length, an event's flags.
    word = static_cast<T>(seen ^ (static_cast<T>(change_) << (change_ % 2 == 0 ? 0 : 8 * (sizeof(T) - 2))));
    happened_ = true;
  }

 private:
  std::uint32_t loads_left_ = 0;  // 0: no race has been started
  std::uint16_t change_ = 0;
  bool happened_ = false;
};

inline Race& race() noexcept {
  static Race one;
  return one;
}

}  // namespace kickbench::fuzz
