// What the two processes of a session tell each other: set-up (with the link's descriptors) and readiness; then, for
// each slice, an empty message to begin and a report at its end. One function per message writes and reads it, and
// names all fields: one that is added does not compile until it is added there.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>

#include "bench/measure/process/peer_socket.hpp"
#include "bench/measure/process/wire.hpp"
#include "bench/measure/side.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::measure {

/// From the measuring process to the one that it started.
struct SideSetUp {
  scenario::Scenario scenario;
  int cpu = -1;
  bool one_cpu = false;  ///< with the other side
  double ticks_per_ns = 0;
  std::uintptr_t queue_address = 0;  ///< in the sender
};

/// The answer.
struct Readiness {
  std::string error;  ///< empty: the side is ready
  std::uintptr_t queue_address = 0;
};

/// Values are constant where they are written, and not where they are read.
template <class T, class Value>
concept MaybeConst = std::same_as<std::remove_const_t<T>, Value>;

template <class Wire, MaybeConst<scenario::Scenario> Value>
void transfer(Wire& wire, Value& scenario) {
  auto& [ring, direction, shape, batch, kick, interrupt, producer, consumer, spin, place, idle, processes] = scenario;
  wire(ring, direction, shape, batch, kick, interrupt, producer, consumer, spin, place, idle, processes);
}

template <class Wire, MaybeConst<SideSetUp> Value>
void transfer(Wire& wire, Value& set_up) {
  auto& [scenario, cpu, one_cpu, ticks_per_ns, queue_address] = set_up;
  transfer(wire, scenario);
  wire(cpu, one_cpu, ticks_per_ns, queue_address);
}

template <class Wire, MaybeConst<Readiness> Value>
void transfer(Wire& wire, Value& readiness) {
  auto& [error, queue_address] = readiness;
  wire(error, queue_address);
}

template <class Wire, MaybeConst<SideReport> Value>
void transfer(Wire& wire, Value& report) {
  auto& [record, window, window_opened, end, fault, cpu, channel_error, line_before, line_after, latencies] = report;
  auto& [counters, signals, waits, cycles, signals_before, complete_since] = record;
  wire(counters, signals, waits, cycles, signals_before, complete_since, window, window_opened, end, fault, cpu,
       channel_error, line_before, line_after, latencies);
}

template <class Value>
void send(PeerSocket& socket, const Value& value) {
  WireWriter writer;
  transfer(writer, value);
  socket.send(writer.bytes());
}

template <class Value>
void receive(PeerSocket& socket, Value& value) {
  const Message message = socket.receive();
  WireReader reader(message.bytes);
  transfer(reader, value);
  reader.expect_end();
}

/// The first message carries the descriptors of the link and says which build it is from: values travel as one compiler
/// laid them out. Reading it throws std::runtime_error when it is of another build.
void send_set_up(PeerSocket& socket, const SideSetUp& set_up, std::span<const int> descriptors);
SideSetUp read_set_up(const Message& message);

}  // namespace kickbench::bench::measure
