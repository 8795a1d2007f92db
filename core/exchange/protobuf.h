#pragma once

// What the readers of protocol buffers share.

#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>
#include <protozero/varint.hpp>
#include <span>

namespace zf {

inline bool is_bytes(const protozero::pbf_reader& message) { return message.wire_type() == protozero::pbf_wire_type::length_delimited; }
inline bool is_varint(const protozero::pbf_reader& message) { return message.wire_type() == protozero::pbf_wire_type::varint; }

/// On 32 bits protozero takes a length beyond 2 GiB for a negative one, and reads on behind the end.
inline void check_length(const protozero::pbf_reader& message) {
  if (!is_bytes(message)) return;
  const protozero::data_view rest = message.data();
  const char* at = rest.data();
  if (protozero::decode_varint(&at, rest.data() + rest.size()) > rest.size()) throw protozero::end_of_buffer_exception();
}

/// Calls `field(tag)` for every field; one that it does not read (false) is skipped.
template <typename Field>
void each_field(protozero::pbf_reader& message, Field field) {
  while (message.next()) {
    check_length(message);
    if (!field(message.tag())) message.skip();
  }
}

inline protozero::pbf_reader reader_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace zf
