using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace Culvert.Chat.Assets;

/// <summary>The scripts, styles and texts that pages load, from inside the program. Safe for concurrent use.</summary>
/// <remarks>
/// Their address holds a hash of all of them, so a browser keeps them for good and never mixes two versions.
/// </remarks>
public sealed class AssetStore
{
    internal const string Root = "/chat/assets";

    private static readonly Dictionary<string, string> Types = new()
    {
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".json"] = "application/json",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".webmanifest"] = "application/manifest+json",
    };

    private readonly FrozenDictionary<string, Lazy<Asset>> _assets;

    internal AssetStore()
    {
        var assembly = typeof(AssetStore).Assembly;
        var names = assembly.GetManifestResourceNames()
            .Where(static name => Types.ContainsKey(Path.GetExtension(name)))
            .Order(StringComparer.Ordinal)
            .ToArray();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Dictionary<string, Lazy<Asset>> assets = [];
        foreach (var name in names)
        {
            var content = Read(assembly, name);
            hash.AppendData(content);

            // Compressed when first asked for: most starts are over before anybody asks.
            assets[name] = new Lazy<Asset>(() => new Asset(Types[Path.GetExtension(name)], content, Compress(content)));
        }

        Version = Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
        _assets = assets.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>12 hexadecimal digits; changes with any byte of any file.</summary>
    internal string Version { get; }

    /// <summary>The address of a file, e.g. of <c>styles/base.css</c>.</summary>
    internal string PathOf(string name) => $"{Root}/{Version}/{name}";

    /// <summary>The file of this name, such as <c>styles/base.css</c>; null when there is none.</summary>
    internal Asset? Find(string name) => _assets.TryGetValue(name, out var asset) ? asset.Value : null;

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the program.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private static byte[]? Compress(byte[] content)
    {
        var target = new byte[BrotliEncoder.GetMaxCompressedLength(content.Length)];
        return BrotliEncoder.TryCompress(content, target, out var length, quality: 9, window: 22)
            && length < content.Length
                ? target[..length]
                : null;
    }
}
