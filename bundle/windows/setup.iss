; Inno Setup 6: the installer for Windows, for one person, without an administrator.
;   iscc /DVersion=0.1.0 bundle\windows\setup.iss
; Not tried yet; see docs/release.md.

#ifndef Version
  #error Version is missing: iscc /DVersion=...
#endif

[Setup]
AppId={{6B8B1B7C-3F0B-4D55-9C2B-8C7D2D1F7E61}
AppName=Permission Checkup
AppVersion={#Version}
AppPublisher=The Permission Checkup authors
DefaultDirName={autopf}\Permission Checkup
DefaultGroupName=Permission Checkup
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile=..\..\LICENSE
OutputDir=..\..\build
OutputBaseFilename=permission-checkup-{#Version}-windows-x86_64
SetupIconFile=..\..\build\permission-checkup.ico
UninstallDisplayIcon={app}\permission-checkup.exe
Compression=lzma2
SolidCompression=yes
WizardStyle=modern
CloseApplications=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[Files]
Source: "..\..\build\bundle\permission-checkup\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[InstallDelete]
; What an older version had and this one has not must not stay beside it.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{group}\Permission Checkup"; Filename: "{app}\permission-checkup.exe"
Name: "{autodesktop}\Permission Checkup"; Filename: "{app}\permission-checkup.exe"; Tasks: desktopicon

[Run]
Filename: "{app}\permission-checkup.exe"; Description: "{cm:LaunchProgram,Permission Checkup}"; Flags: nowait postinstall skipifsilent
