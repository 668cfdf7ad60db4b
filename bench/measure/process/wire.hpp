// Bytes for two processes of the same binary: values as they lie in memory, texts and lists with their length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "notify/side.hpp"

namespace kickbench::bench::measure {

/// What may travel as it lies in memory.
template <class T>
concept PlainValue = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>;

class WireWriter {
 public:
  template <class... Values>
  void operator()(const Values&... values) {
    (put(values), ...);
  }
  std::span<const std::byte> bytes() const noexcept { return bytes_; }

 private:
  template <PlainValue T>
  void put(const T& value) {
    put_bytes(std::as_bytes(std::span(&value, 1)));
  }
  void put(const std::string& text) {
    put(text.size());
    put_bytes(std::as_bytes(std::span(text)));
  }
  template <PlainValue Record>
  void put(const BoundedLog<Record>& log) {
    put(log.count());
    for (std::size_t i = 0; i < log.count(); ++i) put(log[i]);
  }
  void put_bytes(std::span<const std::byte> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

  std::vector<std::byte> bytes_;
};

/// Reads what a WireWriter wrote, in the same order. Throws std::length_error where there is less.
class WireReader {
 public:
  explicit WireReader(std::span<const std::byte> bytes) noexcept : left_(bytes) {}

  template <class... Values>
  void operator()(Values&... values) {
    (take(values), ...);
  }

  /// To be called at the end of a message. Throws std::length_error where there is more.
  void expect_end() const {
    if (!left_.empty()) throw std::length_error("a message between two processes is too long");
  }

 private:
  template <PlainValue T>
  void take(T& value) {
    std::memcpy(&value, take_bytes(sizeof value).data(), sizeof value);
  }
  void take(std::string& text) {
    const auto bytes = take_bytes(take_count());
    text.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  template <PlainValue Record>
  void take(BoundedLog<Record>& log) {
    log.clear();
    for (std::size_t left = take_count(); left > 0; --left) {
      Record record;
      take(record);
      if (!log.push(record)) throw std::length_error("a message between two processes has more records than a log");
    }
  }
  std::size_t take_count() {
    std::size_t count = 0;
    take(count);
    return count;
  }
  std::span<const std::byte> take_bytes(std::size_t count) {
    if (count > left_.size()) throw std::length_error("a message between two processes is too short");
    const auto bytes = left_.first(count);
    left_ = left_.subspan(count);
    return bytes;
  }

  std::span<const std::byte> left_;
};

}  // namespace kickbench::bench::measure
