#include "tests/ring/ring_table.hpp"

#include "tests/ring/rings.hpp"

namespace kickbench::test {
namespace {

template <class Base, class Port>
class PortOf : public Base {
 public:
  template <class Queue>
  explicit PortOf(const Queue& queue) : port_(queue) {}
  void publish() override { port_.publish(); }
  bool ready() override { return port_.ready(); }
  ArmOutcome arm(std::uint32_t threshold) override { return port_.arm(threshold); }
  void disarm() override { port_.disarm(); }
  bool peer_wants_notification() override { return port_.peer_wants_notification(); }
  RingFault fault() const override { return port_.fault(); }

 protected:
  Port port_;
};

template <class Port>
class ProducerOf final : public PortOf<AnyProducer, Port> {
 public:
  using PortOf<AnyProducer, Port>::PortOf;
  Item* acquire() override { return this->port_.acquire(); }
  void commit() override { this->port_.commit(); }
};

template <class Port>
class ConsumerOf final : public PortOf<AnyConsumer, Port> {
 public:
  using PortOf<AnyConsumer, Port>::PortOf;
  const Item* take() override { return this->port_.take(); }
  void release() override { this->port_.release(); }
};

template <class Ring>
class RingOf final : public AnyRing {
 public:
  explicit RingOf(std::uint32_t slot_count) : owned_(Ring::shape(slot_count)) {}
  AnyProducer& producer() override { return producer_; }
  AnyConsumer& consumer() override { return consumer_; }

 private:
  Owned<typename Ring::Queue> owned_;
  ProducerOf<typename Ring::Producer> producer_{owned_.queue};
  ConsumerOf<typename Ring::Consumer> consumer_{owned_.queue};
};

template <class Ring>
RingRow row() {
  return {.name = Ring::name(),
          .slot_counts = Ring::slot_counts(),
          .has_thresholds = Ring::shape(4).features.has(Feature::event_idx),
          .leaves_an_idx_out_of_reach = Ring::leaves_an_idx_out_of_reach,
          .make = [](std::uint32_t slot_count) -> std::unique_ptr<AnyRing> {
            return std::make_unique<RingOf<Ring>>(slot_count);
          }};
}

template <class Layout, bool tx>
void add_features(std::vector<RingRow>& rows) {
  rows.push_back(row<Plain<Layout, tx>>());
  rows.push_back(row<InOrder<Layout, tx>>());
  rows.push_back(row<Chained<Layout, tx>>());
  rows.push_back(row<InOrderChained<Layout, tx>>());
  rows.push_back(row<Indirect<Layout, tx>>());
  rows.push_back(row<InOrderIndirect<Layout, tx>>());
  rows.push_back(row<FlagsOnly<Layout, tx>>());
}

template <class Wanted>
std::vector<RingCase> cases(Wanted wanted) {
  std::vector<RingCase> cases;
  for (const RingRow& row : ring_table()) {
    if (!wanted(row)) continue;
    for (const std::uint32_t slot_count : row.slot_counts) cases.push_back({&row, slot_count});
  }
  return cases;
}

std::int64_t stamp_of(std::uint64_t tag) { return -static_cast<std::int64_t>(tag) * 3; }

}  // namespace

const std::vector<RingRow>& ring_table() {
  static const std::vector<RingRow> table = [] {
    std::vector<RingRow> rows{row<Spsc>(), row<SpscLine>()};
    add_features<SplitLayout, true>(rows);
    add_features<SplitLayout, false>(rows);
    add_features<PackedLayout, true>(rows);
    add_features<PackedLayout, false>(rows);
    return rows;
  }();
  return table;
}

std::vector<RingCase> all_rings() {
  return cases([](const RingRow&) { return true; });
}
std::vector<RingCase> rings_with_thresholds() {
  return cases([](const RingRow& row) { return row.has_thresholds; });
}
std::vector<RingCase> rings_with_flags_only() {
  return cases([](const RingRow& row) { return !row.has_thresholds; });
}

bool Driven::fill() {
  Item* item = producer().acquire();
  if (item == nullptr) return false;
  item->tag = put_++;
  item->stamp = stamp_of(item->tag);
  producer().commit();
  return true;
}

bool Driven::drain() {
  const Item* item = consumer().take();
  if (item == nullptr || item->tag != taken_ || item->stamp != stamp_of(taken_)) return false;
  ++taken_;
  consumer().release();
  return true;
}

bool Driven::put(std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!fill()) return false;
  }
  producer().publish();
  return true;
}

bool Driven::take(std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!drain()) return false;
  }
  consumer().publish();
  return true;
}

}  // namespace kickbench::test
