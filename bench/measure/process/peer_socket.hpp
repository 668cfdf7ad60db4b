// Messages and file descriptors between the two processes of a session.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "bench/measure/process/descriptor.hpp"

namespace kickbench::bench::measure {

/// The other process closed its end, ended, or does not answer.
class PeerGone : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Message {
  std::vector<std::byte> bytes;
  std::vector<Descriptor> descriptors;
};

/// One end of a stream socket. Each message is preceded by its length.
class PeerSocket {
 public:
  explicit PeerSocket(Descriptor descriptor);

  /// Two ends that are joined: ours, and one for the other process. Closed on exec. Throws std::system_error.
  static std::pair<PeerSocket, Descriptor> make_pair();

  /// From here on, whoever lets us wait for longer is gone.
  void limit_waits(std::chrono::seconds limit);

  /// Blocks until all is sent; at most four descriptors. Throws PeerGone or std::system_error.
  void send(std::span<const std::byte> bytes, std::span<const int> descriptors = {});
  /// Blocks until a message is complete, of at most 64 MiB. Throws PeerGone or std::system_error.
  Message receive();

  /// No more messages from here: the other end's receive() throws.
  void hang_up() noexcept;

  /// Readable when a message begins or the other end is closed.
  int descriptor() const noexcept { return descriptor_.get(); }

 private:
  void receive_all(std::span<std::byte> bytes, std::vector<Descriptor>& descriptors);

  Descriptor descriptor_;
};

}  // namespace kickbench::bench::measure
