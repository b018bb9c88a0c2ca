using Culvert.Server.Hosting;

namespace Culvert.Chat;

/// <summary>Reads the options of the chat.</summary>
internal static class ChatSettings
{
    public static ChatOptions Read(SettingReader reader)
    {
        var standard = new ChatOptions();
        return new ChatOptions
        {
            MaxFileBytes = reader.Bytes("chat:maxFileBytes", standard.MaxFileBytes, 1 << 10, 2L << 30),
            MaxFileBytesPerDay = reader.Bytes(
                "chat:maxFileBytesPerDay", standard.MaxFileBytesPerDay, 1 << 10, 1L << 40),
            MaxFileBytesInAll = reader.Bytes("chat:maxFileBytesInAll", standard.MaxFileBytesInAll, 1 << 10, 1L << 50),
            MaxImagePixels = reader.Int32("chat:maxImagePixels", standard.MaxImagePixels, 1, 1_000_000_000),
            UploadTimeout = reader.Time(
                "chat:uploadTimeout", standard.UploadTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
            MaxUploads = reader.Int32("chat:maxUploads", standard.MaxUploads, 1, 10_000),
        };
    }
}
