/* The kernel's own idea of a split virtqueue: <linux/virtio_ring.h> as a C compiler sees it. Its helpers are no valid
 * C++, so they are reached through these functions. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct oracle_vring {
  uint16_t* avail_flags;
  uint16_t* avail_idx;
  uint16_t* avail_ring;
  uint16_t* used_event;
  uint16_t* used_flags;
  uint16_t* used_idx;
  unsigned char* used_ring;
  uint16_t* avail_event;
  unsigned char* descriptors;
};

/* Bytes of a queue of `num` entries laid out by vring_init() with `align`. */
unsigned oracle_vring_size(unsigned num, unsigned long align);

/* Where vring_init() puts each field of a queue at `memory`. */
struct oracle_vring oracle_vring_init(unsigned num, unsigned char* memory, unsigned long align);

/* The fields of a queue whose three areas lie where a modern driver put them. */
struct oracle_vring oracle_vring_at(unsigned num, unsigned char* descriptors, unsigned char* avail,
                                    unsigned char* used);

struct oracle_descriptor {
  uint64_t addr;
  uint32_t len;
  uint16_t flags;
  uint16_t next;
};
struct oracle_descriptor oracle_read_descriptor(const unsigned char* descriptors, unsigned index);

struct oracle_used {
  uint32_t id;
  uint32_t len;
};
struct oracle_used oracle_read_used(const unsigned char* used_ring, unsigned index);

int oracle_need_event(uint16_t event, uint16_t new_idx, uint16_t old_idx);

#ifdef __cplusplus
}
#endif
