package dev.mapwright.proof.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** The reader of maps takes any bytes. Seeds are in the resources of the same name. */
class MapsFuzzTest {
  @FuzzTest(maxDuration = "10s")
  void any_bytes_are_maps_or_bad_input(byte[] bytes) {
    Readers.maps(bytes);
  }
}
