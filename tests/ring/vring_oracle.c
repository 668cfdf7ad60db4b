#include "tests/ring/vring_oracle.h"

#include <linux/virtio_ring.h>

static struct oracle_vring fields_of(const struct vring* vring) {
  struct oracle_vring fields;
  fields.descriptors = (unsigned char*)vring->desc;
  fields.avail_flags = &vring->avail->flags;
  fields.avail_idx = &vring->avail->idx;
  fields.avail_ring = vring->avail->ring;
  fields.used_event = &vring_used_event(vring);
  fields.used_flags = &vring->used->flags;
  fields.used_idx = &vring->used->idx;
  fields.used_ring = (unsigned char*)vring->used->ring;
  fields.avail_event = &vring_avail_event(vring);
  return fields;
}

unsigned oracle_vring_size(unsigned num, unsigned long align) { return vring_size(num, align); }

struct oracle_vring oracle_vring_init(unsigned num, unsigned char* memory, unsigned long align) {
  struct vring vring;
  vring_init(&vring, num, memory, align);
  return fields_of(&vring);
}

struct oracle_vring oracle_vring_at(unsigned num, unsigned char* descriptors, unsigned char* avail,
                                    unsigned char* used) {
  struct vring vring;
  vring.num = num;
  vring.desc = (vring_desc_t*)descriptors;
  vring.avail = (vring_avail_t*)avail;
  vring.used = (vring_used_t*)used;
  return fields_of(&vring);
}

struct oracle_descriptor oracle_read_descriptor(const unsigned char* descriptors, unsigned index) {
  const struct vring_desc* descriptor = (const vring_desc_t*)descriptors + index;
  struct oracle_descriptor read = {descriptor->addr, descriptor->len, descriptor->flags, descriptor->next};
  return read;
}

struct oracle_used oracle_read_used(const unsigned char* used_ring, unsigned index) {
  const struct vring_used_elem* element = (const vring_used_elem_t*)used_ring + index;
  struct oracle_used read = {element->id, element->len};
  return read;
}

int oracle_need_event(uint16_t event, uint16_t new_idx, uint16_t old_idx) {
  return vring_need_event(event, new_idx, old_idx);
}
