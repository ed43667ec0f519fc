# layerpipe_add_fuzz_target(NAME RUNS [LINK libraries...])
# The program FuzzNAME from NAME.cpp, and a test that runs RUNS inputs: those of
# corpus/NAME, and what libFuzzer makes of them with a fixed seed. An input that
# ends the run goes into the build folder; the corpus stays as it is.
function(layerpipe_add_fuzz_target name runs)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(Fuzz${name} ${name}.cpp)
  target_link_libraries(Fuzz${name} PRIVATE ${ARG_LINK})
  target_compile_options(Fuzz${name} PRIVATE -fsanitize=fuzzer-no-link)
  target_link_options(Fuzz${name} PRIVATE -fsanitize=fuzzer)
  file(GLOB corpus CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name}/*)
  list(JOIN corpus "," seeds)
  set(found ${CMAKE_CURRENT_BINARY_DIR}/found)
  file(MAKE_DIRECTORY ${found})
  add_test(NAME Fuzz${name}
    COMMAND Fuzz${name} -runs=${runs} -seed=1 -max_len=4096 -timeout=250
      -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix=${found}/${name}-
      -seed_inputs=${seeds})
endfunction()
