# cmake -DSOURCE_DIR=... -DIN=... -DOUT=... -P version.cmake: puts the commit of the source tree into OUT, at build time.
# OUT stays untouched while the commit is the same, so that nothing is compiled.
set(CROSSFADE_COMMIT unknown)
find_program(GIT_PROGRAM git)
if(GIT_PROGRAM AND EXISTS ${SOURCE_DIR}/.git)  # a repository further up is not ours
  execute_process(COMMAND ${GIT_PROGRAM} -C ${SOURCE_DIR} describe --always --dirty --abbrev=12
    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(CROSSFADE_COMMIT ${described})
  endif()
endif()
configure_file(${IN} ${OUT} @ONLY)
