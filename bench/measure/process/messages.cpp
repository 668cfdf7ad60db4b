#include "bench/measure/process/messages.hpp"

#include <stdexcept>

#include "bench/host/environment.hpp"

namespace kickbench::bench::measure {
namespace {

std::string build_stamp() {
  const host::Build build = host::Build::current();
  return build.version + ", " + build.compiler + ", " + build.type + ", " + build.sanitizers + ", " +
         std::to_string(sizeof(ControlBlock)) + "+" + std::to_string(sizeof(SideReport)) + " bytes";
}

}  // namespace

void send_set_up(PeerSocket& socket, const SideSetUp& set_up, std::span<const int> descriptors) {
  WireWriter writer;
  writer(build_stamp());
  transfer(writer, set_up);
  socket.send(writer.bytes(), descriptors);
}

SideSetUp read_set_up(const Message& message) {
  WireReader reader(message.bytes);
  std::string build;
  reader(build);
  if (build != build_stamp()) {
    throw std::runtime_error("it was started by another build (" + build + ") than it is (" + build_stamp() + ")");
  }
  SideSetUp set_up;
  transfer(reader, set_up);
  return set_up;
}

}  // namespace kickbench::bench::measure
