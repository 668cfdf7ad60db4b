// Memory for a split queue on the heap, exactly as long as the plan asks for: a sanitizer sees an access beyond its
// end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <span>

#include "ring/shared_memory.hpp"
#include "ring/split_layout.hpp"

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

struct HeapSplitQueue {
  explicit HeapSplitQueue(std::uint32_t queue_size)
      : plan(plan_split_queue(queue_size)),
        heap(plan.end),
        memory(heap.bytes()),
        areas(map_split_queue(memory, plan, queue_size)),
        size(queue_size) {}

  SplitPlan plan;
  HeapMemory heap;
  GuestMemory memory;
  SplitAreas areas;
  std::uint32_t size;
};

}  // namespace kickbench::test
