# cmake -DOUTPUT=FILE -P EmbedText.cmake NAME=FILE+FILE…  A C++ source with one
# string_view per NAME, which holds the files one after the other.
#
# Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set(source "// Made by EmbedText.cmake.\n#include <string_view>\nnamespace layerpipe::report {\n")
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(index RANGE ${last})
  if(NOT CMAKE_ARGV${index} MATCHES "^([a-zA-Z]+)=([^=]+)$")
    continue()
  endif()
  set(name ${CMAKE_MATCH_1})
  string(REPLACE "+" ";" files "${CMAKE_MATCH_2}")
  string(APPEND source "extern const std::string_view ${name};\n"
    "const std::string_view ${name} =\n")
  foreach(file IN LISTS files)
    file(READ "${file}" text)
    string(APPEND source "R\"embedded(${text})embedded\"\n")
  endforeach()
  string(APPEND source ";\n")
endforeach()
string(APPEND source "} // namespace layerpipe::report\n")
file(WRITE "${OUTPUT}" "${source}")
