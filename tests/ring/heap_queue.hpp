// Memory for a queue on the heap, exactly as long as the plan asks for: a sanitizer sees an access beyond its
// end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <span>

#include "ring/virtqueue.hpp"

namespace kickbench::test {

class HeapMemory {
 public:
  explicit HeapMemory(std::size_t size_bytes)
      : size_bytes_(size_bytes), bytes_(static_cast<std::byte*>(operator new(size_bytes, alignment))) {
    std::memset(bytes_.get(), 0, size_bytes);
  }

  std::span<std::byte> bytes() const noexcept { return {bytes_.get(), size_bytes_}; }
  std::byte* at(std::uint64_t address) const noexcept { return bytes_.get() + address; }

 private:
  static constexpr std::align_val_t alignment{4096};  // as a mapping
  struct Delete {
    void operator()(std::byte* bytes) const noexcept { operator delete(bytes, alignment); }
  };

  std::size_t size_bytes_;
  std::unique_ptr<std::byte, Delete> bytes_;
};

/// A virtqueue on the heap.
template <class Layout>
struct HeapQueue : private HeapMemory, Virtqueue<Layout> {
  explicit HeapQueue(const QueueShape& queue_shape)
      : HeapMemory(Virtqueue<Layout>::bytes_needed(queue_shape)), Virtqueue<Layout>(queue_shape, bytes()) {}

  const HeapMemory& heap() const noexcept { return *this; }
};
using HeapSplitQueue = HeapQueue<SplitLayout>;
using HeapPackedQueue = HeapQueue<PackedLayout>;

}  // namespace kickbench::test
