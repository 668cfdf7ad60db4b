// What to run: one point in the space of rings, notifiers, wait strategies and costs.
#pragma once

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/host/idle.hpp"
#include "model/parameters.hpp"
#include "notify/wait/kind.hpp"
#include "ring/queue_shape.hpp"
#include "ring/units.hpp"

namespace kickbench::bench::scenario {

/// A request that cannot be run as it stands: names the culprit and the remedy. Exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class RingKind { split, packed, spsc, spsc_line, null };
inline constexpr std::array ring_kinds{RingKind::split, RingKind::packed, RingKind::spsc, RingKind::spsc_line,
                                       RingKind::null};

/// Which half produces. The driver kicks and the device interrupts in either direction.
enum class Direction {
  tx,  ///< the driver produces, the device consumes
  rx,  ///< the driver posts empty buffers, the device produces into them, the driver consumes
};

struct SideScenario {
  Nanoseconds work{0};                 ///< W: 0 is as fast as the ring goes
  WaitKind wait = WaitKind::block;     ///< what this side does when it has no work
  std::uint32_t notify_threshold = 1;  ///< k: what must be ready before this side notifies its stopped peer
  Nanoseconds sleep{0};                ///< Y, for the wait strategy sleep
  Nanoseconds extra_notify{0};         ///< emulated cost, spun before this side's notification
  Nanoseconds extra_startup{0};        ///< emulated cost, spun when this side is woken
};

struct Scenario {
  RingKind ring = RingKind::split;
  Direction direction = Direction::tx;
  QueueShape shape;                   ///< features and chains are the virtqueues' alone
  std::uint32_t batch = 1;            ///< items that a side hands over at once, unless it has to wait
  std::string kick = "eventfd";       ///< driver to device
  std::string interrupt = "eventfd";  ///< device to driver
  SideScenario producer;
  SideScenario consumer;
  Nanoseconds spin{20'000};  ///< how long spin-block polls
  std::string place = "auto";
  host::IdleMode idle = host::IdleMode::as_is;
  bool processes = false;  ///< producer and consumer are processes of their own, not threads of one
};

/// How a repetition is measured.
struct Effort {
  Nanoseconds duration{500e6};  ///< measured time of one repetition
  std::uint64_t items = 0;      ///< if not 0: a repetition goes on until this many items were measured
  std::uint32_t repetitions = 5;
};

bool is_virtqueue(RingKind ring);

/// Both sides take turns on one CPU.
bool is_on_one_cpu(const Scenario& scenario);

/// The features that a scenario may choose, by the names that the command line has for them.
struct FeatureRow {
  std::string_view name;
  Feature feature;
};
inline constexpr std::array feature_rows{
    FeatureRow{"event_idx", Feature::event_idx}, FeatureRow{"indirect", Feature::indirect_desc},
    FeatureRow{"in_order", Feature::in_order}, FeatureRow{"order_platform", Feature::order_platform}};
/// Those of them that are set, in the table's order.
std::vector<std::string_view> names_of(Features features);

/// Items that fit into the queue: the L of the model. A chain of descriptors holds one item.
std::uint32_t slot_count(const Scenario& scenario);

/// The notifier by which the producer notifies the consumer, and the other way around.
const std::string& notifier_to_consumer(const Scenario& scenario);
const std::string& notifier_to_producer(const Scenario& scenario);

/// The side that kicks, which is the driver's, and the one that interrupts, which is the device's.
template <class AScenario>  // const or not
auto& kicking_side(AScenario& scenario) {
  return scenario.direction == Direction::tx ? scenario.producer : scenario.consumer;
}
template <class AScenario>
auto& interrupting_side(AScenario& scenario) {
  return scenario.direction == Direction::tx ? scenario.consumer : scenario.producer;
}

std::string_view name_of(RingKind ring);
std::string_view name_of(Direction direction);
std::string_view describe(RingKind ring);
std::string_view name_of(WaitKind wait);
std::string_view name_of(model::Sync sync);

/// Throws UsageError that names the option and the notifiers there are, if `name` is none of them.
void check_notifier(std::string_view option, const std::string& name);

/// Throws UsageError that names the parameter, as the command line spells it, and the remedy.
void check(const Scenario& scenario);

/// Which of the model's three kinds of synchronisation the scenario is: notification if a side blocks, else sleep if a
/// side sleeps, else busy wait.
model::Sync sync_of(const Scenario& scenario);

/// The scenario's name: fixed key order, integers or slugs, no spaces. Times in ns. `regime`, if any, follows the kind
/// of synchronisation: notification/FC/eventfd/split/wp:2000/wc:1000/L:256/kp:1/kc:1/place:l3.
std::string name_of(const Scenario& scenario, std::string_view regime = "");

}  // namespace kickbench::bench::scenario
