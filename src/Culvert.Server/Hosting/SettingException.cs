namespace Culvert.Server.Hosting;

/// <summary>An option is unknown or bad. The message is one line for the person at the console.</summary>
public sealed class SettingException : Exception
{
    public SettingException(string message)
        : base(message)
    {
    }
}
