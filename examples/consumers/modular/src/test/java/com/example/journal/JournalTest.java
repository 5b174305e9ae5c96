package com.example.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mapwright.core.machine.Machine;
import org.junit.jupiter.api.Test;

class JournalTest {
  @Test
  void whatWasAppendedIsReadBackAndNoMoreThanAPageFits() {
    try (Journal journal = new Journal(1)) {
      for (long entry = 0; entry < 512; entry++) {
        assertNull(journal.append(entry));
      }
      assertNotNull(journal.append(512));
      assertEquals(512, journal.entries());
      assertEquals(511 * 512 / 2, journal.sum());
    }
  }

  @Test
  void theLibraryIsAModuleHere() {
    assertTrue(Machine.class.getModule().isNamed());
  }
}
