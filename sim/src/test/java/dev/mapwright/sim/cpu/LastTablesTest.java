package dev.mapwright.sim.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Permissions;
import dev.mapwright.sim.tables.TableWalk;
import org.junit.jupiter.api.Test;

/** Misses in tables that were walked before. */
class LastTablesTest {
  private static final int READ_WRITE = Permissions.READ_WRITE;

  @Test
  void an_entry_is_found_for_what_it_was_remembered_for_and_while_nothing_was_forgotten() {
    LastTables tables = new LastTables();
    assertThat(tables.find(0, Permissions.READ, 0)).isEqualTo(-1);
    TableWalk walk = walk(7);
    tables.remember(512 + 3, walk, READ_WRITE, 5);
    assertThat(tables.find(512 + 511, Permissions.READ, 5)).isEqualTo(0x7000 + 8 * 511);
    assertThat(tables.find(512, Permissions.WRITE, 5)).isEqualTo(0x7000);
    assertThat(tables.find(512, Permissions.EXECUTE, 5)).isEqualTo(-1);
    assertThat(tables.find(512, Permissions.READ, 6)).isEqualTo(-1);
    assertThat(tables.find(511, Permissions.READ, 5)).isEqualTo(-1);
    assertThat(tables.find(512 + (256 << 9), Permissions.READ, 5)).isEqualTo(-1);
    walk.tablePermissions = Permissions.READ;
    tables.remember(512, walk, READ_WRITE, 5);
    assertThat(tables.find(512, Permissions.READ, 5)).isEqualTo(0x7000);
    assertThat(tables.find(512, Permissions.WRITE, 5)).isEqualTo(-1);
  }

  @Test
  void other_sizes_of_tables_are_not_taken_for_each_other_and_large_leaves_have_none() {
    LastTables tables = new LastTables();
    TableWalk walk = walk(7);
    tables.remember(512, walk, READ_WRITE, 5);
    walk.leafLog2Pages = 9;
    tables.remember(1024, walk, READ_WRITE, 5);
    assertThat(tables.find(1024, Permissions.READ, 5)).isEqualTo(-1);
    walk.leafLog2Pages = 0;
    walk.tableLog2Pages = 4;
    tables.remember(17, walk, READ_WRITE, 5);
    assertThat(tables.find(16, Permissions.READ, 5)).isEqualTo(0x7000);
    assertThat(tables.find(32, Permissions.READ, 5)).isEqualTo(-1);
    assertThat(tables.find(1, Permissions.READ, 5)).isEqualTo(-1);
  }

  private static TableWalk walk(long table) {
    TableWalk walk = new TableWalk();
    walk.table = table;
    walk.tableLog2Pages = 9;
    walk.tablePermissions = Permissions.ALL;
    return walk;
  }
}
