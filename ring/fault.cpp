#include "ring/port.hpp"

namespace kickbench {

std::string_view describe(RingFault fault) noexcept {
  switch (fault) {
    case RingFault::none:
      return "no fault";
    case RingFault::avail_idx_jump:
      return "the driver's available index moved by more than the queue size";
    case RingFault::head_out_of_range:
      return "the driver made a head available that is not a descriptor of this queue";
    case RingFault::head_in_flight:
      return "the driver made a head available that is still in flight";
    case RingFault::bad_descriptor_flags:
      return "a descriptor carries a flag that was not negotiated or has the wrong direction";
    case RingFault::bad_buffer_address:
      return "a descriptor's buffer lies outside of the shared memory, is misaligned, or is too short for an item";
    case RingFault::next_out_of_range:
      return "a chain goes on at a descriptor that the queue does not have";
    case RingFault::chain_too_long:
      return "a chain of descriptors is longer than the queue, or loops";
    case RingFault::chain_too_many_bytes:
      return "a chain of descriptors holds 2^32 bytes or more";
    case RingFault::readable_after_writable:
      return "a chain has a segment to read behind one to write";
    case RingFault::bad_indirect_table:
      return "an indirect table is empty, of the wrong length, outside of the shared memory, nested, or not negotiated";
    case RingFault::bad_event:
      return "the peer's event structure has a reserved flag, or an offset that the queue does not have";
    case RingFault::used_idx_jump:
      return "the device's used index moved by more than what was outstanding";
    case RingFault::used_id_out_of_range:
      return "the device used an id that is not a descriptor of this queue";
    case RingFault::used_id_not_in_flight:
      return "the device used an id that was not in flight, or not its turn";
    case RingFault::used_len_too_long:
      return "the device claims to have written more than the buffer holds";
    case RingFault::used_len_too_short:
      return "the device handed a buffer back that holds no item";
  }
  return "unknown fault";
}

}  // namespace kickbench
