package dev.priok.host.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes tars for tests, hostile ones too. */
public final class Tars {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarWriter writer = new TarWriter(bytes);

  public static Tars tar() {
    return new Tars();
  }

  public Tars file(String name, String content) {
    return file(name, content, 0644, 0, 0);
  }

  public Tars file(String name, String content, int mode, long uid, long gid) {
    byte[] body = content.getBytes(StandardCharsets.UTF_8);
    return entry(
        new TarEntry(name, TarEntry.FILE, "", mode, uid, gid, body.length, 1000, 0, 0, 0, Map.of()),
        body);
  }

  public Tars directory(String name, int mode) {
    return entry(TarEntry.directory(name, mode, 2000), new byte[0]);
  }

  public Tars symlink(String name, String target) {
    return of(name, TarEntry.SYMLINK, target);
  }

  public Tars hardLink(String name, String target) {
    return of(name, TarEntry.HARD_LINK, target);
  }

  private Tars of(String name, char type, String link) {
    return entry(
        new TarEntry(name, type, link, 0777, 0, 0, 0, 3000, 0, 0, 0, Map.of()), new byte[0]);
  }

  public Tars entry(TarEntry entry, byte[] body) {
    try {
      writer.begin(entry);
      writer.write(body, 0, body.length);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public byte[] bytes() {
    try {
      writer.close();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public InputStream stream() {
    return new ByteArrayInputStream(bytes());
  }

  public static List<TarEntry> entries(byte[] tar) throws IOException {
    List<TarEntry> result = new ArrayList<>();
    try (TarReader reader = new TarReader(new ByteArrayInputStream(tar))) {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        result.add(entry);
      }
    }
    return result;
  }

  public static List<String> names(byte[] tar) throws IOException {
    return entries(tar).stream().map(TarEntry::name).toList();
  }
}
