// The one table that names the notifiers. A new one is a file in channel/ and a row here.
#include <algorithm>
#include <array>
#include <system_error>

#include "notify/channel/eventfd.hpp"
#include "notify/channel/eventfd_uring.hpp"
#include "notify/channel/futex.hpp"
#include "notify/notifier.hpp"

namespace kickbench {
namespace {

template <class C>
std::unique_ptr<Channel> make() {
  return std::make_unique<C>();
}

template <class C>
std::unique_ptr<Channel> attach(int file_descriptor) {
  return std::make_unique<C>(file_descriptor);
}

/// The probe is one whole signal and wait: what can be made does not always work. The wait ends at once, because the
/// signal came before.
template <class C>
std::string reason_if_refused() {
  try {
    C probe;
    probe.signal();
    probe.wait();
    return probe.error() == 0 ? std::string() : describe_channel_error(probe.error());
  } catch (const std::system_error& error) {
    return error.what();
  }
}

constexpr std::array kinds{
    NotifierKind{"none", "no notifications: both sides poll or sleep, and no store-load fence is paid",
                 [] { return std::unique_ptr<Channel>(); }, nullptr, [] { return std::string(); }},
    NotifierKind{"eventfd", "write(2) and read(2) on an eventfd, as ioeventfd, irqfd and vhost-user do",
                 make<EventFdChannel>, attach<EventFdChannel>, reason_if_refused<EventFdChannel>},
    NotifierKind{"futex", "a futex word: no system call where nobody waits", make<FutexChannel>, attach<FutexChannel>,
                 reason_if_refused<FutexChannel>},
    NotifierKind{"eventfd-uring", "write(2) on an eventfd; the wait is a read completed by io_uring",
                 make<EventFdUringChannel>, attach<EventFdUringChannel>, reason_if_refused<EventFdUringChannel>},
};

}  // namespace

std::string describe_channel_error(int error) {
  return "a signal or a wait failed: " + std::generic_category().message(error);
}

std::span<const NotifierKind> notifier_kinds() { return kinds; }

const NotifierKind* find_notifier(std::string_view name) {
  const auto* found = std::ranges::find(kinds, name, &NotifierKind::name);
  return found == kinds.end() ? nullptr : found;
}

}  // namespace kickbench
