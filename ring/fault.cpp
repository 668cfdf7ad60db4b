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
    case RingFault::used_idx_jump:
      return "the device's used index moved by more than what was outstanding";
    case RingFault::used_id_out_of_range:
      return "the device used an id that is not a descriptor of this queue";
    case RingFault::used_id_not_in_flight:
      return "the device used an id that was not in flight";
    case RingFault::used_len_too_long:
      return "the device claims to have written more than the buffer holds";
  }
  return "unknown fault";
}

}  // namespace kickbench
