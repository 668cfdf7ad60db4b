#include "bench/measure/process/peer_socket.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <system_error>

namespace kickbench::bench::measure {
namespace {

constexpr std::size_t descriptors_max = 4;

/// Several times a report with full logs.
constexpr std::uint64_t message_bytes_max = 64U << 20;

/// Room for the descriptors that travel with a message.
struct Ancillary {
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(descriptors_max * sizeof(int))> bytes{};
};

[[noreturn]] void fail() {
  if (errno == EPIPE || errno == ECONNRESET) throw PeerGone("it closed the connection");
  if (errno == EAGAIN) throw PeerGone("it does not answer");
  throw std::system_error(errno, std::generic_category(), "the socket between two processes failed");
}

/// Descriptors go with the first byte that is sent.
ssize_t send_some(int socket, std::span<const std::byte> bytes, std::span<const int> descriptors) {
  iovec part{.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
  Ancillary ancillary;
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (!descriptors.empty()) {
    header.msg_control = ancillary.bytes.data();
    header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* control = CMSG_FIRSTHDR(&header);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(control), descriptors.data(), descriptors.size_bytes());
  }
  return sendmsg(socket, &header, MSG_NOSIGNAL);
}

ssize_t receive_some(int socket, std::span<std::byte> bytes, std::vector<Descriptor>& descriptors) {
  iovec part{.iov_base = bytes.data(), .iov_len = bytes.size()};
  Ancillary ancillary;
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = ancillary.bytes.data();
  header.msg_controllen = ancillary.bytes.size();
  const ssize_t got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  if (got < 0) return got;
  for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr; control = CMSG_NXTHDR(&header, control)) {
    if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS) continue;
    for (std::size_t at = 0; CMSG_LEN(at + sizeof(int)) <= control->cmsg_len; at += sizeof(int)) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(control) + at, sizeof number);
      descriptors.emplace_back(number);
    }
  }
  return got;
}

}  // namespace

PeerSocket::PeerSocket(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

std::pair<PeerSocket, Descriptor> PeerSocket::make_pair() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot make a socket between two processes");
  }
  return {PeerSocket(Descriptor(ends[0])), Descriptor(ends[1])};
}

void PeerSocket::limit_waits(std::chrono::seconds limit) {
  const timeval time{.tv_sec = limit.count(), .tv_usec = 0};
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
    if (setsockopt(descriptor_.get(), SOL_SOCKET, option, &time, sizeof time) != 0) fail();
  }
}

void PeerSocket::send(std::span<const std::byte> bytes, std::span<const int> descriptors) {
  const std::uint64_t length = bytes.size();
  std::span<const std::byte> left = std::as_bytes(std::span(&length, 1));
  for (int part = 0; part < 2; left = bytes, ++part) {
    while (!left.empty()) {
      const ssize_t sent = send_some(descriptor_.get(), left, descriptors);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0) fail();
      left = left.subspan(static_cast<std::size_t>(sent));
      descriptors = {};
    }
  }
}

Message PeerSocket::receive() {
  Message message;
  std::uint64_t length = 0;
  receive_all(std::as_writable_bytes(std::span(&length, 1)), message.descriptors);
  if (length > message_bytes_max) throw PeerGone("it announces a message of " + std::to_string(length) + " bytes");
  message.bytes.resize(length);
  receive_all(message.bytes, message.descriptors);
  return message;
}

void PeerSocket::receive_all(std::span<std::byte> bytes, std::vector<Descriptor>& descriptors) {
  while (!bytes.empty()) {
    const ssize_t got = receive_some(descriptor_.get(), bytes, descriptors);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail();
    if (got == 0) throw PeerGone("it closed the connection");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

void PeerSocket::hang_up() noexcept { shutdown(descriptor_.get(), SHUT_WR); }

}  // namespace kickbench::bench::measure
