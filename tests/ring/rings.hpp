// The rings as types: each with its queue, its ports, and the shapes that it can have.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "ring/item.hpp"
#include "ring/port.hpp"
#include "ring/rx.hpp"
#include "ring/shared_memory.hpp"
#include "ring/spsc.hpp"
#include "ring/tx.hpp"

namespace kickbench::test {

/// A virtqueue of one layout, direction and set of features, whose items take `chain` descriptors each.
template <class LayoutType, bool tx, std::uint32_t chain, Feature... features>
struct Virt {
  using Layout = LayoutType;
  using Queue = Virtqueue<Layout>;
  using Producer = std::conditional_t<tx, TxProducer<Layout>, RxProducer<Layout>>;
  using Consumer = std::conditional_t<tx, TxConsumer<Layout>, RxConsumer<Layout>>;

  using Sizes = std::vector<std::uint32_t>;
  static constexpr bool is_split = std::is_same_v<Layout, SplitLayout>;
  static constexpr bool has(Feature feature) { return Features{features...}.has(feature); }

  static QueueShape shape(std::uint32_t slot_count) {
    QueueShape shape{.queue_size = slot_count, .features = {features...}, .chain = chain};
    if (!shape.indirect()) shape.queue_size *= chain;
    return shape;
  }
  /// Slot counts that the layout allows, the largest only where no feature makes the queue another one. No chain may be
  /// longer than the queue, not even in a table (2.7.5.3.1).
  static Sizes slot_counts() {
    const bool largest = chain == 1 && !has(Feature::in_order) && has(Feature::event_idx);
    Sizes sizes = is_split ? Sizes{1, 2, 256} : Sizes{1, 2, 3, 255};
    if (has(Feature::indirect_desc)) sizes = is_split ? Sizes{4, 256} : Sizes{3, 255};
    if (largest) sizes.push_back(32768);
    return sizes;
  }
  static std::string name() {
    std::string name = is_split ? "split" : "packed";
    name += tx ? "_tx" : "_rx";
    if (has(Feature::in_order)) name += "_in_order";
    if (has(Feature::indirect_desc)) name += "_indirect";
    if (has(Feature::order_platform)) name += "_order_platform";
    if (!has(Feature::event_idx)) name += "_flags";
    return name + (chain > 1 ? "_chain" + std::to_string(chain) : "");
  }
  /// See event_index.hpp.
  static bool leaves_an_idx_out_of_reach(std::uint32_t slot_count) {
    return !is_split || shape(slot_count).queue_size < 32768;
  }
};

struct Spsc {
  using Queue = SpscQueue;
  using Producer = SpscProducer;
  using Consumer = SpscConsumer;
  static QueueShape shape(std::uint32_t slot_count) { return {.queue_size = slot_count}; }
  static std::vector<std::uint32_t> slot_counts() { return {1, 2, 3, 256, 32768}; }
  static std::string name() { return "spsc"; }
  static bool leaves_an_idx_out_of_reach(std::uint32_t) { return true; }
};

/// The same ports over slots of a line each.
struct SpscLine : Spsc {
  using Queue = SpscLineQueue;
  static std::string name() { return "spsc_line"; }
};

template <class L, bool tx>
using Plain = Virt<L, tx, 1, Feature::event_idx>;
template <class L, bool tx>
using InOrder = Virt<L, tx, 1, Feature::event_idx, Feature::in_order>;
template <class L, bool tx>
using Chained = Virt<L, tx, 4, Feature::event_idx>;
template <class L, bool tx>
using InOrderChained = Virt<L, tx, 4, Feature::event_idx, Feature::in_order, Feature::order_platform>;
template <class L, bool tx>
using Indirect = Virt<L, tx, 3, Feature::event_idx, Feature::indirect_desc>;
template <class L, bool tx>
using InOrderIndirect = Virt<L, tx, 3, Feature::event_idx, Feature::indirect_desc, Feature::in_order>;
template <class L, bool tx>
using FlagsOnly = Virt<L, tx, 1>;

using SplitTx = Plain<SplitLayout, true>;
using SplitRx = Plain<SplitLayout, false>;
using PackedTx = Plain<PackedLayout, true>;
using PackedRx = Plain<PackedLayout, false>;

/// A queue in memory of its own.
template <class Queue>
struct Owned {
  explicit Owned(const QueueShape& shape) : memory(Queue::bytes_needed(shape)), queue(shape, memory.bytes()) {}

  SharedMemory memory;
  Queue queue;
};

}  // namespace kickbench::test
