#include "bench/measure/link.hpp"

#include <new>
#include <stdexcept>
#include <string>

#include "bench/measure/queue.hpp"

namespace kickbench::bench::measure {
namespace {

std::unique_ptr<Channel> make_channel(const std::string& notifier) { return find_notifier(notifier)->make(); }

/// Two processes with the queue at one address would hide an address that was stored in it.
SharedMemory attach_elsewhere(int descriptor, const void* taken) {
  SharedMemory memory = SharedMemory::attach(descriptor);
  if (memory.bytes().data() != taken) return memory;
  return SharedMemory::attach(descriptor);  // the first mapping still holds the address
}

/// What comes from the other process is no larger or smaller than this scenario has it.
SharedMemory of_size(SharedMemory memory, std::size_t bytes) {
  if (memory.bytes().size() == bytes) return memory;
  throw std::runtime_error("shared memory of " + std::to_string(memory.bytes().size()) + " bytes arrived instead of " +
                           std::to_string(bytes));
}

/// The first two are memory, and each notifier that can be attached has one.
std::span<const int> all_of(std::span<const int> descriptors, const scenario::Scenario& scenario) {
  std::size_t wanted = 2;
  for (const auto* notifier : {&scenario::notifier_to_consumer(scenario), &scenario::notifier_to_producer(scenario)}) {
    const NotifierKind* kind = find_notifier(*notifier);
    if (kind == nullptr) throw std::runtime_error("there is no notifier '" + *notifier + "'");
    if (kind->attach != nullptr) ++wanted;
  }
  if (descriptors.size() == wanted) return descriptors;
  throw std::runtime_error(std::to_string(descriptors.size()) + " descriptors arrived instead of " +
                           std::to_string(wanted));
}

}  // namespace

Link::Link(const scenario::Scenario& scenario)
    : control_memory_(sizeof(ControlBlock)),
      control_(new (control_memory_.bytes().data()) ControlBlock),
      queue_(queue_bytes(scenario)),
      to_consumer_(make_channel(scenario::notifier_to_consumer(scenario))),
      to_producer_(make_channel(scenario::notifier_to_producer(scenario))) {}

Link::Link(const scenario::Scenario& scenario, std::span<const int> descriptors, const void* taken)
    : control_memory_(of_size(SharedMemory::attach(all_of(descriptors, scenario)[0]), sizeof(ControlBlock))),
      control_(std::launder(reinterpret_cast<ControlBlock*>(control_memory_.bytes().data()))),
      queue_(of_size(attach_elsewhere(descriptors[1], taken), queue_bytes(scenario))) {
  descriptors = descriptors.subspan(2);
  for (const auto& [notifier, end] : {std::pair(&scenario::notifier_to_consumer(scenario), &to_consumer_),
                                      std::pair(&scenario::notifier_to_producer(scenario), &to_producer_)}) {
    const NotifierKind* kind = find_notifier(*notifier);
    if (kind->attach == nullptr) continue;
    *end = kind->attach(descriptors.front());
    descriptors = descriptors.subspan(1);
  }
}

std::vector<int> Link::share() {
  std::vector<int> descriptors{control_memory_.file_descriptor(), queue_.file_descriptor()};
  for (Channel* channel : {to_consumer(), to_producer()}) {
    if (channel != nullptr) descriptors.push_back(channel->share());
  }
  return descriptors;
}

int Link::channel_error() const noexcept {
  for (const Channel* channel : {to_consumer_.get(), to_producer_.get()}) {
    if (channel != nullptr && channel->error() != 0) return channel->error();
  }
  return 0;
}

void Link::release_both() noexcept {
  control_->stop.request();
  for (Channel* channel : {to_consumer(), to_producer()}) {
    if (channel != nullptr) channel->signal();
  }
}

}  // namespace kickbench::bench::measure
