// What the hot loops see of a ring: free slots on the producer's side, filled slots on the consumer's. Either half of a
// virtqueue can stand behind either port, so the loops know no ring layout and no direction.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <utility>

#include "ring/item.hpp"

namespace kickbench {

/// The outcome of asking for a notification. A type of its own, so that the look that must follow cannot be forgotten.
enum class ArmOutcome {
  may_sleep,     ///< the request is visible to the peer and there was nothing to do after it was
  work_pending,  ///< there is work already: do not wait for a notification that may not come
};

/// Why a side refuses to go on with what the other side wrote. The queue stays broken until it is made anew.
enum class RingFault : std::uint8_t {
  none,
  avail_idx_jump,           ///< more heads made available than the queue holds
  head_out_of_range,        ///< head >= queue size
  head_in_flight,           ///< head made available again before it was used
  bad_descriptor_flags,     ///< a flag that no descriptor may carry
  wrong_direction,          ///< a buffer to read where the device must write, or the other way round
  buffer_outside,           ///< a buffer that lies, in whole or in part, outside of the shared memory
  buffer_empty,             ///< a buffer of length 0
  buffer_misaligned,        ///< the first buffer of a chain, at an address where no item may lie
  buffer_too_short,         ///< the first buffer of a chain, with no room for an item
  chain_unfinished,         ///< (packed) a chain goes on at a descriptor that is not available
  next_out_of_range,        ///< a chain goes on at a descriptor >= queue size
  chain_too_long,           ///< a chain of more descriptors than the queue has, or one that loops
  chain_too_many_bytes,     ///< a chain of 2^32 bytes or more
  readable_after_writable,  ///< in a chain, a segment for the device to read behind one for it to write
  table_not_negotiated,     ///< an indirect table without INDIRECT_DESC
  table_and_next,           ///< a descriptor that refers to a table and goes on, too
  table_bad_length,         ///< an indirect table of no descriptors, or of no whole number of them
  table_outside,            ///< an indirect table that lies outside of the shared memory
  table_misaligned,         ///< an indirect table that no descriptor may begin at (8 bytes)
  table_nested,             ///< an indirect table in an indirect table
  bad_event,                ///< an event structure with a reserved flag, or an offset >= queue size
  used_idx_jump,            ///< more buffers used than were outstanding
  used_id_out_of_range,     ///< used id >= queue size
  used_id_not_in_flight,    ///< used id never issued, used twice, or (IN_ORDER) out of turn
  used_len_too_long,        ///< more bytes written than the buffer has
  used_len_too_short,       ///< a received buffer that holds no item
};
std::string_view describe(RingFault fault) noexcept;

/// What both ports share: how a side without work finds out about new work.
template <class P>
concept WaitablePort = requires(P port, const P const_port, std::uint32_t threshold) {
  { port.ready() }
  noexcept->std::same_as<bool>;  // looks again at the shared index: is there a slot for us?
  { port.arm(threshold) }
  noexcept->std::same_as<ArmOutcome>;
  { port.disarm() }
  noexcept->std::same_as<void>;
  { port.peer_wants_notification() }
  noexcept->std::same_as<bool>;  // ask once per publish
  { const_port.fault() }
  noexcept->std::same_as<RingFault>;
};

/// acquire: the next free slot, or null when the queue is full. commit: the slot is filled. publish: all that was
/// committed becomes visible. arm(k): ask to be notified when k slots are free.
template <class P>
concept ProducerPort = WaitablePort<P> && requires(P port) {
  { port.acquire() }
  noexcept->std::same_as<Item*>;
  { port.commit() }
  noexcept->std::same_as<void>;
  { port.publish() }
  noexcept->std::same_as<void>;
};

/// take: the oldest filled slot, or null when the queue is empty. release: we are done with it. publish: all that was
/// released becomes visible as free. arm(k): ask to be notified when k slots are filled.
template <class P>
concept ConsumerPort = WaitablePort<P> && requires(P port) {
  { port.take() }
  noexcept->std::same_as<const Item*>;
  { port.release() }
  noexcept->std::same_as<void>;
  { port.publish() }
  noexcept->std::same_as<void>;
};

/// A loop's own copy of a port (or pace) for as long as it runs, given back at its end. Every store to the ring could
/// change what lies behind a reference; a local whose address stays in the loop lives in registers, and the store
/// buffer is left to the lines that the peer waits for.
template <class T>
class Borrowed {
 public:
  explicit Borrowed(T& home) noexcept : value(std::move(home)), home_(home) {}
  ~Borrowed() { home_ = std::move(value); }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

  T value;

 private:
  T& home_;
};

}  // namespace kickbench
