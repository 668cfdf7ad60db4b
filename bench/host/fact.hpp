// A fact about the machine that may be out of reach. Unknown is never written as 0: it is empty and says why.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace kickbench::host {

/// A value, or the reason why there is none.
template <class T>
struct Fact {
  std::optional<T> value;
  std::string reason = "not probed";

  static Fact known(T v) { return {std::move(v), {}}; }
  static Fact unknown(std::string why) { return {std::nullopt, std::move(why)}; }

  explicit operator bool() const { return value.has_value(); }
  const T& operator*() const { return *value; }
  const T* operator->() const { return &*value; }
};

/// The fallback where the preferred value is unknown; when both are, the reason of the preferred one.
template <class T>
Fact<T> first_known(Fact<T> preferred, const Fact<T>& fallback) {
  return !preferred && fallback ? fallback : preferred;
}

/// Something the kernel grants or refuses; `reason` says why it is refused and is empty when it is granted.
struct Capability {
  bool available = false;
  std::string reason = "not probed";

  static Capability granted() { return {true, {}}; }
  static Capability refused(std::string why) { return {false, std::move(why)}; }
};

}  // namespace kickbench::host
