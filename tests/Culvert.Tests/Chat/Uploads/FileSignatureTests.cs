using System.Text;
using Culvert.Chat.Uploads;

namespace Culvert.Tests.Chat.Uploads;

public sealed class FileSignatureTests
{
    [Theory]
    [InlineData("\u0089PNG\r\n\u001a\n", "image/png")]
    [InlineData("\u00ff\u00d8\u00ff\u00e0", "image/jpeg")]
    [InlineData("GIF89a", "image/gif")]
    [InlineData("GIF87a", "image/gif")]
    [InlineData("RIFF\0\0\0\0WEBPVP8 ", "image/webp")]
    [InlineData("RIFF\0\0\0\0WAVEfmt ", "audio/wav")]
    [InlineData("RIFF\0\0\0\0AVI LIST", "application/octet-stream")]
    [InlineData("\0\0\0\u0018ftypmp42", "video/mp4")]
    [InlineData("\0\0\0\u0018ftypqt  ", "video/quicktime")]
    [InlineData("\0\0\0\u0018ftypM4A ", "audio/mp4")]
    [InlineData("\0\0\0\u0018ftypavif", "application/octet-stream")]
    [InlineData("\0\0\0\u0018ftypheic", "application/octet-stream")]
    [InlineData("\u001aE\u00df\u00a3\u009fB\u0086\u0081webm", "video/webm")]
    [InlineData("OggS\0\u0002", "audio/ogg")]
    [InlineData("fLaC\0", "audio/flac")]
    [InlineData("ID3\u0003", "audio/mpeg")]
    [InlineData("\u00ff\u00fb\u0090d", "audio/mpeg")]
    [InlineData("%PDF-1.7", "application/pdf")]
    [InlineData("PK\u0003\u0004", "application/zip")]
    [InlineData("\u001f\u008b\u0008", "application/gzip")]
    [InlineData("<svg xmlns=", "application/octet-stream")]
    [InlineData("<!DOCTYPE html>", "application/octet-stream")]
    [InlineData("<?xml version=", "application/octet-stream")]
    [InlineData("just text", "application/octet-stream")]
    [InlineData("", "application/octet-stream")]
    [InlineData("GIF8", "application/octet-stream")]
    public void The_first_bytes_decide(string head, string type)
    {
        Assert.Equal(type, FileSignature.Of(Encoding.Latin1.GetBytes(head)));
    }

    [Theory]
    [InlineData("image/png", true)]
    [InlineData("video/mp4", true)]
    [InlineData("audio/mpeg", true)]
    [InlineData("application/pdf", false)]
    [InlineData("application/octet-stream", false)]
    public void Only_pictures_sound_and_film_are_shown(string type, bool isShown)
    {
        Assert.Equal(isShown, FileSignature.IsShown(type));
    }

    [Theory]
    [InlineData("photo.png", "photo.png")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\temp\\a.txt", "a.txt")]
    [InlineData("evil\u202egpj.exe", "evilgpj.exe")]
    [InlineData("a\r\nb\0.txt", "ab.txt")]
    [InlineData("...", "file")]
    [InlineData("", "file")]
    [InlineData("отчёт 2026.pdf", "отчёт 2026.pdf")]
    public void A_name_keeps_what_can_be_seen(string name, string clean)
    {
        Assert.Equal(clean, FileNames.Clean(name));
    }

    [Fact]
    public void A_long_name_keeps_its_ending()
    {
        var clean = FileNames.Clean(new string('x', 1000) + ".jpeg");

        Assert.Equal(FileNames.MaxLength, clean.Length);
        Assert.EndsWith("x.jpeg", clean, StringComparison.Ordinal);
    }
}
