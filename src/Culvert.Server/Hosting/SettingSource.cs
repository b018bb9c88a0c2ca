using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;

namespace Culvert.Server.Hosting;

/// <summary>Where options come from, weakest first: the file, the environment, the command line.</summary>
internal static class SettingSource
{
    public const string FileName = "culvert.json";
    public const string EnvironmentPrefix = "CULVERT__";

    /// <summary>Reads all sources.</summary>
    /// <param name="file">The file; null for <see cref="FileName"/> in the working directory, if it is there.</param>
    /// <param name="commandLine">What the command line set, by key.</param>
    /// <exception cref="SettingException">The file is missing or no JSON object.</exception>
    public static IConfigurationRoot Load(string? file, IEnumerable<KeyValuePair<string, string?>> commandLine)
    {
        var path = Path.GetFullPath(file ?? FileName);
        if (file is not null && !File.Exists(path))
        {
            throw new SettingException($"{file}: there is no such configuration file");
        }

        var builder = new ConfigurationBuilder();
        if (File.Exists(path))
        {
            builder.AddJsonFile(path, optional: false, reloadOnChange: false);
        }

        builder.Add(new ShortVariables()).AddEnvironmentVariables(EnvironmentPrefix).AddInMemoryCollection(commandLine);
        try
        {
            return builder.Build();
        }
        catch (InvalidDataException exception)
        {
            var cause = exception.InnerException?.InnerException ?? exception.InnerException ?? exception;
            throw new SettingException($"{file ?? FileName}: {OneLine(cause.Message)}");
        }
    }

    /// <summary>The key as the documentation writes it.</summary>
    public static string Show(string key) => key.Replace(':', '.');

    /// <summary>The source whose value of the key counts.</summary>
    public static string Of(IConfigurationRoot configuration, string key)
    {
        var provider = configuration.Providers.Reverse().FirstOrDefault(one => one.TryGet(key, out _));
        return provider is null ? "configuration" : Name(provider, key);
    }

    public static string Name(IConfigurationProvider provider, string key) => provider switch
    {
        JsonConfigurationProvider json => json.Source.Path ?? FileName,
        EnvironmentVariablesConfigurationProvider =>
            "environment variable " + EnvironmentPrefix
            + key.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant(),
        ShortVariables => "environment variable " + ShortVariables.NameOf(key),
        MemoryConfigurationProvider => "command line",
        _ => "configuration",
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
