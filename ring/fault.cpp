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
      return "a descriptor carries a flag that is none of VIRTIO's";
    case RingFault::wrong_direction:
      return "a buffer has the wrong direction: to be read where the device must write, or the other way round";
    case RingFault::buffer_outside:
      return "a descriptor's buffer lies outside of the shared memory";
    case RingFault::buffer_empty:
      return "a descriptor's buffer has length 0";
    case RingFault::buffer_misaligned:
      return "a buffer for an item does not begin at a multiple of 8 bytes";
    case RingFault::buffer_too_short:
      return "a buffer is too short for an item";
    case RingFault::chain_unfinished:
      return "a chain goes on at a descriptor that is not available";
    case RingFault::next_out_of_range:
      return "a chain goes on at a descriptor that the queue does not have";
    case RingFault::chain_too_long:
      return "a chain of descriptors is longer than the queue, or loops";
    case RingFault::chain_too_many_bytes:
      return "a chain of descriptors holds 2^32 bytes or more";
    case RingFault::readable_after_writable:
      return "a chain has a segment to read behind one to write";
    case RingFault::table_not_negotiated:
      return "a descriptor refers to an indirect table, and INDIRECT_DESC was not negotiated";
    case RingFault::table_and_next:
      return "a descriptor refers to an indirect table and to a next descriptor";
    case RingFault::table_bad_length:
      return "an indirect table's length is 0, or no multiple of a descriptor's 16 bytes";
    case RingFault::table_outside:
      return "an indirect table lies outside of the shared memory";
    case RingFault::table_misaligned:
      return "an indirect table does not begin at a multiple of 8 bytes";
    case RingFault::table_nested:
      return "an indirect table refers to another one";
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
