// The features that driver and device have agreed on (VIRTIO 1.2, 6).
#pragma once

#include <cstdint>
#include <initializer_list>

namespace kickbench {

/// Bit numbers as the specification gives them.
enum class Feature : unsigned {
  indirect_desc = 28,   ///< a descriptor may refer to a table of descriptors
  event_idx = 29,       ///< notifications are asked for by position, not by a flag
  version_1 = 32,       ///< this is no legacy device; always agreed on
  in_order = 35,        ///< buffers are used in the order in which they were made available
  order_platform = 36,  ///< barriers as for a device that is no CPU
};

class Features {
 public:
  constexpr Features() = default;
  constexpr Features(std::initializer_list<Feature> features) {
    for (const Feature feature : features) bits_ |= bit(feature);
  }

  constexpr bool has(Feature feature) const noexcept { return (bits_ & bit(feature)) != 0; }
  constexpr Features with(Feature feature) const noexcept { return Features(bits_ | bit(feature)); }
  constexpr std::uint64_t bits() const noexcept { return bits_; }

  friend constexpr bool operator==(Features, Features) = default;

 private:
  explicit constexpr Features(std::uint64_t bits) : bits_(bits) {}
  static constexpr std::uint64_t bit(Feature feature) { return std::uint64_t{1} << static_cast<unsigned>(feature); }

  std::uint64_t bits_ = bit(Feature::version_1);
};

}  // namespace kickbench
