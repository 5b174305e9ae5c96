package dev.mapwright.cli;

import dev.mapwright.cli.picture.DomainPicture;
import dev.mapwright.cli.picture.SvgPicture.Titled;
import dev.mapwright.cli.picture.WalkPicture;
import dev.mapwright.core.Pages;
import dev.mapwright.linux.iommu.LeftDomain;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code mapwright maps} of a folder with the tables of an IOMMU: the domains that are left. */
final class IommuMaps {
  private IommuMaps() {}

  /** Replays and draws each domain, or that of a device. */
  static List<Titled> pictures(Path folder, @Nullable String device, PrintWriter err)
      throws IOException {
    List<Titled> pictures = new ArrayList<>();
    IommuReplaying.replay(
        folder,
        (report, domains) -> {
          if (!report.agrees()) {
            MapsCommand.warn(err);
          }
          List<LeftDomain> drawn = device == null ? domains : List.of(of(domains, device));
          for (LeftDomain left : drawn) {
            pictures.add(new Titled(title(folder, left), DomainPicture.of(left.domain())));
          }
        });
    return pictures;
  }

  /** Replays and prints how the tables of a device's domain are walked for an address. */
  static void walk(
      Path folder, @Nullable String device, long address, PrintWriter out, PrintWriter err)
      throws IOException {
    IommuReplaying.replay(
        folder,
        (report, domains) -> {
          if (!report.agrees()) {
            MapsCommand.warn(err);
          }
          if (device == null && domains.size() > 1) {
            throw new UserError(
                domains.size()
                    + " domains are left; say whose tables are to be walked: --device with one of "
                    + devices(domains));
          }
          LeftDomain left = device == null ? domains.getFirst() : of(domains, device);
          long lastPage = left.domain().lastPage();
          if (address < 0 || Pages.of(address) > lastPage) {
            throw new UserError(
                ("0x" + Long.toHexString(address) + " is above the domain; its last byte is 0x")
                    + Long.toHexString(Pages.lastAddress(lastPage)));
          }
          int bits = Long.SIZE - Long.numberOfLeadingZeros(Pages.lastAddress(lastPage));
          out.println(title(folder, left));
          WalkPicture.print(left.domain(), address, bits + " bits", out);
        });
  }

  private static LeftDomain of(List<LeftDomain> domains, String device) {
    for (LeftDomain left : domains) {
      if (left.devices().contains(device.toLowerCase(Locale.ROOT))) {
        return left;
      }
    }
    throw new UserError(
        "no domain is left with a device '" + device + "'; expected one of " + devices(domains));
  }

  private static String devices(List<LeftDomain> domains) {
    List<String> all = new ArrayList<>();
    for (LeftDomain left : domains) {
      all.addAll(left.devices());
    }
    return String.join(", ", all);
  }

  private static String title(Path folder, LeftDomain left) {
    List<String> devices = left.devices();
    return (folder + ", domain " + left.domain().name() + ", ")
        + (devices.isEmpty() ? "no device" : devices.size() == 1 ? "device " : "devices ")
        + String.join(", ", devices);
  }
}
