package dev.mapwright.proof.zircon;

import dev.mapwright.proof.SplitMix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model in the place of the machine under test: a second copy that draws its own choices. With
 * it the driver, the generator and the shrinker are tested before and without any machine.
 */
class ModelSubject implements Subject {
  private static final Boot BOOT = new Boot(0x100_0000L, 0x7fff_feff_f000L, 11, 13, 0x3f, 15, 0x3f);

  protected final World world = new World(BOOT);
  private final Witness witness;

  ModelSubject(long seed) {
    witness = Witness.playing(new SplitMix(seed));
  }

  @Override
  public Boot boot() {
    return BOOT;
  }

  @Override
  public int call(MxCall call) {
    return call.onModel(world, witness);
  }

  @Override
  public void processExit(int number) {
    world.processes.get(number).kill();
  }

  @Override
  public int load(int number, long address, int bytes, long[] value) {
    ModelSpace space = world.processes.get(number).space;
    int status = world.access(space, address, bytes, Bits.PERM_READ);
    if (status == Status.OK) {
      byte[] data = world.load(space, address, bytes);
      value[0] = World.wrap(Arrays.copyOf(data, 8)).getLong();
    }
    return status;
  }

  @Override
  public int store(int number, long address, int bytes, long value) {
    return world.tryStore(world.processes.get(number).space, address, bytes, value);
  }

  @Override
  public int fetch(int number, long address) {
    return world.access(world.processes.get(number).space, address, 1, Bits.PERM_EXECUTE);
  }

  @Override
  public byte @Nullable [] peek(int number, long address, int length) {
    ModelSpace space = world.processes.get(number).space;
    return world.access(space, address, length, Bits.PERM_READ) == Status.OK
        ? world.load(space, address, length)
        : null;
  }

  @Override
  public List<Listed> mappings(int number) {
    List<Listed> list = new ArrayList<>();
    world
        .processes
        .get(number)
        .space
        .pages
        .forEach((page, entry) ->
            list.add(
                new Listed(
                    page << 12, Bits.PAGE, entry.vmoPage << 12, entry.permissions, entry.maximum)));
    return list;
  }

  @Override
  public void checkInvariants() {}

  @Override
  public void endEverything() {}

  @Override
  public void close() {}
}
