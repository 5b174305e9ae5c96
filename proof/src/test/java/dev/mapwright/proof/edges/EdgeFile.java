package dev.mapwright.proof.edges;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads {@code docs/dma-edges.json} into maps, lists, texts and longs. */
final class EdgeFile {
  private EdgeFile() {}

  static List<EdgeStep> cases() throws IOException {
    // Tests run in the folder of their module.
    String text =
        Files.readString(
            Path.of(System.getProperty("mapwright.root", ".."), "docs", "dma-edges.json"));
    try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
      parser.nextToken();
      EdgeStep whole = EdgeStep.of(value(parser));
      if (!whole.text("format").equals("mapwright-dma-edges-1")) {
        throw new AssertionError("another format: " + whole.text("format"));
      }
      return ((List<?>) whole.value("cases")).stream().map(EdgeStep::of).toList();
    }
  }

  /** The value at the current token; its last token is the current one afterwards. */
  private static Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          fields.put(name, value(parser));
        }
        yield fields;
      }
      case START_ARRAY -> {
        List<Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(parser));
        }
        yield elements;
      }
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      default -> throw new AssertionError("not in this format: " + parser.currentToken());
    };
  }
}
