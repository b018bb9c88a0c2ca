using Microsoft.Extensions.Configuration;

namespace Culvert.Server.Hosting;

/// <summary>
/// The options that several nodes need, which are mostly set from outside, so they also have short names:
/// <c>CULVERT_STORE</c> and the like.
/// </summary>
internal sealed class ShortVariables : ConfigurationProvider, IConfigurationSource
{
    private static readonly string[] Keys = ["store", "bus", "node"];

    public static string NameOf(string key) => "CULVERT_" + key.ToUpperInvariant();

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public override void Load()
    {
        foreach (var key in Keys)
        {
            if (Environment.GetEnvironmentVariable(NameOf(key)) is { Length: > 0 } value)
            {
                Data[key] = value;
            }
        }
    }
}
